----------------------------- MODULE two_phase -----------------------------
(* Two-phase commit of Gray and Lamport, as indoubt.specs.commit.two_phase. *)
CONSTANT RM
VARIABLES rmState, tmState, tmPrepared, msgs
vars == <<rmState, tmState, tmPrepared, msgs>>

Init == /\ rmState = [rm \in RM |-> "working"]
        /\ tmState = "init"
        /\ tmPrepared = {}
        /\ msgs = {}

TMRcvPrepared(rm) == /\ tmState = "init"
                     /\ [type |-> "Prepared", rm |-> rm] \in msgs
                     /\ tmPrepared' = tmPrepared \cup {rm}
                     /\ UNCHANGED <<rmState, tmState, msgs>>
TMCommit == /\ tmState = "init"
            /\ tmPrepared = RM
            /\ tmState' = "committed"
            /\ msgs' = msgs \cup {[type |-> "Commit"]}
            /\ UNCHANGED <<rmState, tmPrepared>>
TMAbort == /\ tmState = "init"
           /\ tmState' = "aborted"
           /\ msgs' = msgs \cup {[type |-> "Abort"]}
           /\ UNCHANGED <<rmState, tmPrepared>>
RMPrepare(rm) == /\ rmState[rm] = "working"
                 /\ rmState' = [rmState EXCEPT ![rm] = "prepared"]
                 /\ msgs' = msgs \cup {[type |-> "Prepared", rm |-> rm]}
                 /\ UNCHANGED <<tmState, tmPrepared>>
RMChooseToAbort(rm) == /\ rmState[rm] = "working"
                       /\ rmState' = [rmState EXCEPT ![rm] = "aborted"]
                       /\ UNCHANGED <<tmState, tmPrepared, msgs>>
RMRcvCommit(rm) == /\ [type |-> "Commit"] \in msgs
                   /\ rmState' = [rmState EXCEPT ![rm] = "committed"]
                   /\ UNCHANGED <<tmState, tmPrepared, msgs>>
RMRcvAbort(rm) == /\ [type |-> "Abort"] \in msgs
                  /\ rmState' = [rmState EXCEPT ![rm] = "aborted"]
                  /\ UNCHANGED <<tmState, tmPrepared, msgs>>

Next == \/ TMCommit
        \/ TMAbort
        \/ \E rm \in RM : \/ TMRcvPrepared(rm) \/ RMPrepare(rm) \/ RMChooseToAbort(rm)
                          \/ RMRcvCommit(rm) \/ RMRcvAbort(rm)

Consistent == \A r, s \in RM : ~(rmState[r] = "committed" /\ rmState[s] = "aborted")
=============================================================================

------------------------------ MODULE paxos_m ------------------------------
(* Single-decree Paxos over a growing message set, with mutation switches.   *)
EXTENDS Naturals, FiniteSets
CONSTANTS A, V, MaxB,      \* acceptors, values, ballots 1..MaxB
          Q1, Q2,          \* sizes of phase-1 and phase-2 quorums
          Forget,          \* crash budget: acceptor restarts with nothing
          ForgetBal,       \* crash budget: restart keeps the vote, loses the promise
          Any1b,           \* leader ignores votes reported in 1b
          LowVal,          \* leader takes the lowest- instead of highest-ballot vote
          No2bCheck,       \* acceptor accepts 2a below its promise
          Strict2b,        \* (harmless) acceptor wants bal > promise? no: = promise only
          SameBal,         \* two leaders may use the same ballot
          MixBal,          \* leader counts 1b of older ballots too
          NoBump           \* acceptor does not raise its promise when it accepts
B == 1..MaxB
VARIABLES mb, vb, vv, msgs, f, g
vars == <<mb, vb, vv, msgs, f, g>>
None == "none"
Init == /\ mb = [a \in A |-> 0] /\ vb = [a \in A |-> 0] /\ vv = [a \in A |-> None]
        /\ msgs = {} /\ f = Forget /\ g = ForgetBal
Send(m) == msgs' = msgs \cup {m}
P1a(b) == /\ <<"1a", b>> \notin msgs /\ Send(<<"1a", b>>) /\ UNCHANGED <<mb, vb, vv, f, g>>
P1b(a, b) == /\ <<"1a", b>> \in msgs /\ b > mb[a] /\ mb' = [mb EXCEPT ![a] = b]
             /\ Send(<<"1b", a, b, vb[a], vv[a]>>) /\ UNCHANGED <<vb, vv, f, g>>
One(b) == {m \in msgs : m[1] = "1b" /\ (m[3] = b \/ (MixBal /\ m[3] < b))}
P2a(b, v) == /\ <<"1a", b>> \in msgs
             /\ <<"2a", b, v>> \notin msgs
             /\ SameBal \/ ~\E w \in V : <<"2a", b, w>> \in msgs
             /\ \E S \in SUBSET One(b) :
                  /\ Cardinality({m[2] : m \in S}) = Cardinality(S)
                  /\ Cardinality(S) = Q1
                  /\ LET W == {m \in S : m[4] > 0}
                     IN \/ W = {} \/ Any1b
                        \/ \E m \in W : /\ m[5] = v
                             /\ \A n \in W : IF LowVal THEN n[4] >= m[4] ELSE n[4] <= m[4]
             /\ Send(<<"2a", b, v>>) /\ UNCHANGED <<mb, vb, vv, f, g>>
P2b(a, b, v) == /\ <<"2a", b, v>> \in msgs /\ <<"2b", a, b, v>> \notin msgs
                /\ No2bCheck \/ b >= mb[a]
                /\ mb' = [mb EXCEPT ![a] = IF NoBump THEN @ ELSE IF b > @ THEN b ELSE @]
                /\ vb' = [vb EXCEPT ![a] = b] /\ vv' = [vv EXCEPT ![a] = v]
                /\ Send(<<"2b", a, b, v>>) /\ UNCHANGED <<f, g>>
DoForget(a) == /\ f > 0 /\ f' = f - 1 /\ mb[a] > 0
               /\ mb' = [mb EXCEPT ![a] = 0] /\ vb' = [vb EXCEPT ![a] = 0]
               /\ vv' = [vv EXCEPT ![a] = None] /\ UNCHANGED <<msgs, g>>
DoForgetBal(a) == /\ g > 0 /\ g' = g - 1 /\ mb[a] > vb[a]
                  /\ mb' = [mb EXCEPT ![a] = vb[a]] /\ UNCHANGED <<vb, vv, msgs, f>>
Next == \/ \E b \in B : P1a(b) \/ \E v \in V : P2a(b, v)
        \/ \E a \in A, b \in B : P1b(a, b) \/ \E v \in V : P2b(a, b, v)
        \/ \E a \in A : DoForget(a) \/ DoForgetBal(a)
Spec == Init /\ [][Next]_vars
Chosen == {v \in V : \E b \in B : Cardinality({a \in A : <<"2b", a, b, v>> \in msgs}) >= Q2}
Agreement == Cardinality(Chosen) <= 1
Validity == \A m \in msgs : m[1] = "2a" => m[3] \in V
=============================================================================

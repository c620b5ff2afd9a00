----------------------------- MODULE raft_lite -----------------------------
(* Leader election with explicit votes; log replication as atomic RPCs.      *)
(* Vote requests/replies are a growing set (async, dup, lossy).              *)
EXTENDS Naturals, FiniteSets, Sequences
CONSTANTS S, MaxTerm, MaxLog, Restarts,
          KeepVote, KeepTerm, KeepLog,  \* what a restart preserves
          UpToDate,     \* "raft": last term then length; "len": length only; "none"
          OldTermCommit,\* mutation (figure 8): count replicas for entries of older terms
          Heartbeats,   \* mutation, see BadHB
          Maj           \* votes / acks needed
VARIABLES term, voted, role, log, com, msgs, rs, hist
vars == <<term, voted, role, log, com, msgs, rs, hist>>
Nil == 0
Init == /\ term = [i \in S |-> 0] /\ voted = [i \in S |-> Nil] /\ role = [i \in S |-> "F"]
        /\ log = [i \in S |-> <<>>] /\ com = [i \in S |-> 0] /\ msgs = {} /\ rs = Restarts
        /\ hist = {}                 \* <<term, leader>> ever elected
LT(l) == IF l = <<>> THEN 0 ELSE l[Len(l)]
Timeout(i) == /\ role[i] # "L" /\ term[i] < MaxTerm
              /\ term' = [term EXCEPT ![i] = @ + 1] /\ voted' = [voted EXCEPT ![i] = i]
              /\ role' = [role EXCEPT ![i] = "C"]
              /\ msgs' = msgs \cup {<<"rv", term[i]+1, i, LT(log[i]), Len(log[i])>>, <<"v", term[i]+1, i, i>>}
              /\ UNCHANGED <<log, com, rs, hist>>
Ok(m, i) == CASE UpToDate = "raft" -> m[4] > LT(log[i]) \/ (m[4] = LT(log[i]) /\ m[5] >= Len(log[i]))
              [] UpToDate = "len"  -> m[5] >= Len(log[i])
              [] OTHER -> TRUE
Vote(i) == \E m \in msgs :
              /\ m[1] = "rv" /\ m[3] # i /\ m[2] >= term[i] /\ Ok(m, i)
              /\ (m[2] > term[i] \/ voted[i] = Nil)
              /\ term' = [term EXCEPT ![i] = m[2]]
              /\ voted' = [voted EXCEPT ![i] = m[3]]
              /\ role' = [role EXCEPT ![i] = IF m[2] > term[i] THEN "F" ELSE @]
              /\ msgs' = msgs \cup {<<"v", m[2], i, m[3]>>}
              /\ UNCHANGED <<log, com, rs, hist>>
Become(i) == /\ role[i] = "C"
             /\ Cardinality({m \in msgs : m[1] = "v" /\ m[2] = term[i] /\ m[4] = i}) >= Maj
             /\ role' = [role EXCEPT ![i] = "L"] /\ hist' = hist \cup {<<term[i], i>>}
             /\ UNCHANGED <<term, voted, log, com, msgs, rs>>
Client(i) == /\ role[i] = "L" /\ Len(log[i]) < MaxLog
             /\ log' = [log EXCEPT ![i] = Append(@, term[i])]
             /\ UNCHANGED <<term, voted, role, com, msgs, rs, hist>>
\* one AppendEntries RPC, atomic: follower j adopts leader's term, drops what conflicts, gets one more entry
Match(a, b) == LET P == {n \in 0..Len(a) : n <= Len(b) /\ \A k \in 1..n : a[k] = b[k]}
               IN CHOOSE n \in P : \A k \in P : k <= n
AE(i, j) == /\ role[i] = "L" /\ i # j /\ term[j] <= term[i]
            /\ LET n == Match(log[i], log[j])
                   l == IF n < Len(log[i]) THEN SubSeq(log[i], 1, n+1) ELSE log[j]
               IN /\ log' = [log EXCEPT ![j] = l]
                  /\ com' = [com EXCEPT ![j] = LET c == IF com[i] < Len(l) THEN com[i] ELSE Len(l)
                                               IN IF c > @ THEN c ELSE @]
            /\ term' = [term EXCEPT ![j] = term[i]]
            /\ voted' = [voted EXCEPT ![j] = IF term[j] < term[i] THEN Nil ELSE @]
            /\ role' = [role EXCEPT ![j] = "F"]
            /\ <<log', com', term', role'>> # <<log, com, term, role>>
            /\ UNCHANGED <<msgs, rs, hist>>
\* mutation: an empty heartbeat moves the commit index without checking that the logs match
BadHB(i, j) == /\ Heartbeats /\ role[i] = "L" /\ i # j /\ term[j] <= term[i]
               /\ LET c == IF com[i] < Len(log[j]) THEN com[i] ELSE Len(log[j])
                  IN c > com[j] /\ com' = [com EXCEPT ![j] = c]
               /\ term' = [term EXCEPT ![j] = term[i]]
               /\ voted' = [voted EXCEPT ![j] = IF term[j] < term[i] THEN Nil ELSE @]
               /\ role' = [role EXCEPT ![j] = "F"] /\ UNCHANGED <<log, msgs, rs, hist>>
Acked(i, n) == {j \in S : term[j] = term[i] /\ Len(log[j]) >= n /\ SubSeq(log[j], 1, n) = SubSeq(log[i], 1, n)}
Commit(i) == /\ role[i] = "L"
             /\ \E n \in (com[i]+1)..Len(log[i]) :
                  /\ (OldTermCommit \/ log[i][n] = term[i])
                  /\ Cardinality(Acked(i, n)) >= Maj
                  /\ com' = [com EXCEPT ![i] = n]
             /\ UNCHANGED <<term, voted, role, log, msgs, rs, hist>>
Restart(i) == /\ rs > 0 /\ rs' = rs - 1
              /\ role' = [role EXCEPT ![i] = "F"] /\ com' = [com EXCEPT ![i] = 0]
              /\ voted' = [voted EXCEPT ![i] = IF KeepVote THEN @ ELSE Nil]
              /\ term' = [term EXCEPT ![i] = IF KeepTerm THEN @ ELSE 0]
              /\ log' = [log EXCEPT ![i] = IF KeepLog THEN @ ELSE <<>>]
              /\ UNCHANGED <<msgs, hist>>
Next == \E i \in S : Timeout(i) \/ Vote(i) \/ Become(i) \/ Client(i) \/ Commit(i) \/ Restart(i)
                     \/ \E j \in S : AE(i, j) \/ BadHB(i, j)
Spec == Init /\ [][Next]_vars
OneLeaderPerTerm == \A a, b \in hist : a[1] = b[1] => a[2] = b[2]
StateMachineSafety == /\ \A i \in S : com[i] <= Len(log[i])      \* a committed entry is never cut off
                      /\ \A i, j \in S : LET m == IF com[i] < com[j] THEN com[i] ELSE com[j]
                                          IN \A k \in 1..m : log[i][k] = log[j][k]
ComInLog == \A i \in S : com[i] <= Len(log[i])
LogMatching == \A i, j \in S : \A k \in 1..MaxLog :
      (k <= Len(log[i]) /\ k <= Len(log[j]) /\ log[i][k] = log[j][k]) =>
         \A n \in 1..k : log[i][n] = log[j][n]
LeaderCompleteness == \A i, j \in S : (role[i] = "L" /\ term[i] >= term[j]) =>
      /\ com[j] <= Len(log[i]) /\ \A k \in 1..com[j] : log[i][k] = log[j][k]
NoTwoLeaders == Cardinality({i \in S : role[i] = "L"}) <= 1   \* split brain is reachable: not an invariant
=============================================================================

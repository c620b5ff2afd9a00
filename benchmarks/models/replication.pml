/* Log replication over a network that loses, repeats and reorders: replication.py beside this file, three servers.

   One process, since all variables are global; one d_step for each step, so that Spin stores the states that the spec
   has and none between them. The bag is an array in descending order, with zeros behind the last message. A message is
   one number: of Append the receiver, term, number of entries before, term of the last of these, entry, commit index;
   of Ack ACK, the sender, term, number of entries, whether they were accepted; two bits each. A log is a byte with two
   bits for each entry, the first one lowest. */

#ifndef MAX_TERM
#define MAX_TERM 2
#endif
#ifndef MAX_LOG
#define MAX_LOG 2
#endif
#ifndef NET
#define NET 3
#endif
#define ACK 4096

byte epoch;
byte leader;            /* 1 + a server, 0 for nobody */
byte term[3];
byte log[3];
byte length[3];
byte commit[3];
byte next[3];
byte match[3];
short net[NET];

hidden byte k, n, to, fits;
hidden short m;


#define ENTRY(l, k) (((l) >> (2 * ((k) - 1))) & 3)
#define PREFIX(l, k) ((l) & ((1 << (2 * (k))) - 1))
#define LAST(i) (length[i] == 0 -> 0 : ENTRY(log[i], length[i]))
#define AS_GOOD(i, j) (4 * LAST(i) + length[i] >= 4 * LAST(j) + length[j])
#define LEAST(a, b) ((a) < (b) -> (a) : (b))
#define AGREE(i, j, k) (PREFIX(log[i], k) == PREFIX(log[j], k))
#define LEADS(i) (leader == (i) + 1)

#define TO(m) ((m) & 3)
#define TERM(m) (((m) >> 2) & 3)
#define PREVIOUS(m) (((m) >> 4) & 3)
#define PREVIOUS_TERM(m) (((m) >> 6) & 3)
#define ENTRY_OF(m) (((m) >> 8) & 3)
#define COMMIT_OF(m) (((m) >> 10) & 3)
#define ACCEPTED(m) (((m) >> 6) & 1)

inline add(message) {
  k = NET - 1;
  net[k] = message;
  do
  :: k > 0 && net[k - 1] < message -> net[k] = net[k - 1]; k = k - 1; net[k] = message
  :: else -> break
  od;
  k = 0
}

inline take(slot) {
  m = net[slot];
  k = slot;
  do
  :: k < NET - 1 -> net[k] = net[k + 1]; k = k + 1
  :: else -> break
  od;
  net[NET - 1] = 0;
  k = 0
}

inline pair(i, j) {
  assert(AGREE(i, j, LEAST(commit[i], commit[j])));
  assert(!LEADS(i) || (commit[j] <= length[i] && AGREE(i, j, commit[j])));
  assert(!LEADS(j) || (commit[i] <= length[j] && AGREE(i, j, commit[i])))
}

inline safe() {
  assert(commit[0] <= length[0] && commit[1] <= length[1] && commit[2] <= length[2]);
  pair(0, 1); pair(0, 2); pair(1, 2)
}

inline receive_append() {
  to = TO(m);
  if
  :: TERM(m) >= term[to] ->
     term[to] = TERM(m);
     fits = PREVIOUS(m) <= length[to] && (PREVIOUS(m) == 0 || ENTRY(log[to], PREVIOUS(m)) == PREVIOUS_TERM(m));
     n = PREVIOUS(m) + (fits && ENTRY_OF(m));
     if
     :: fits ->
        if
        :: ENTRY_OF(m) && (length[to] < n || ENTRY(log[to], n) != ENTRY_OF(m)) ->
           log[to] = PREFIX(log[to], n - 1) | (ENTRY_OF(m) << (2 * (n - 1)));
           length[to] = n
        :: else
        fi;
        if
        :: commit[to] < LEAST(COMMIT_OF(m), n) -> commit[to] = LEAST(COMMIT_OF(m), n)
        :: else
        fi
     :: else
     fi;
     m = ACK | to | (TERM(m) << 2) | (n << 4) | (fits << 6);
     add(m);
     safe()
  :: else
  fi;
  to = 0; n = 0; fits = 0
}

inline receive_ack() {
  to = TO(m); n = PREVIOUS(m);
  if
  :: TERM(m) == epoch && ACCEPTED(m) ->
     if :: match[to] < n -> match[to] = n :: else fi;
     if :: next[to] < n -> next[to] = n :: else fi
  :: TERM(m) == epoch && !ACCEPTED(m) && next[to] == n -> next[to] = n - 1
  :: else
  fi;
  to = 0; n = 0
}

#define ELECT(i) \
  :: d_step { epoch < MAX_TERM && AS_GOOD(i, 0) + AS_GOOD(i, 1) + AS_GOOD(i, 2) >= 2 -> \
       epoch = epoch + 1; leader = i + 1; term[i] = epoch; \
       next[0] = length[i]; next[1] = length[i]; next[2] = length[i]; match[0] = 0; match[1] = 0; match[2] = 0; safe() }

#define REQUEST(i) \
  :: d_step { LEADS(i) && length[i] < MAX_LOG -> \
       log[i] = log[i] | (epoch << (2 * length[i])); length[i] = length[i] + 1; safe() }

#define SEND(i, j) \
  :: d_step { LEADS(i) && !net[NET - 1] -> \
       m = j | (epoch << 2) | (next[j] << 4) | ((next[j] == 0 -> 0 : ENTRY(log[i], next[j])) << 6) | \
           ((next[j] == length[i] -> 0 : ENTRY(log[i], next[j] + 1)) << 8) | (commit[i] << 10); \
       add(m); m = 0 }

#define DECIDE(i, c) \
  :: d_step { LEADS(i) && commit[i] < c && c <= length[i] && ENTRY(log[i], c) == epoch && \
              (i == 0 || match[0] >= c) + (i == 1 || match[1] >= c) + (i == 2 || match[2] >= c) >= 2 -> \
       commit[i] = c; safe() }

/* Equal messages are received and lost once. */
#define MESSAGE(slot, before) \
  :: d_step { net[slot] && (slot == 0 || net[slot] != net[before]) -> \
       take(slot); if :: m & ACK -> receive_ack() :: else -> receive_append() fi; m = 0 } \
  :: d_step { net[slot] && (slot == 0 || net[slot] != net[before]) -> take(slot); m = 0 }

active proctype protocol() {
end:
  do
  ELECT(0) ELECT(1) ELECT(2)
  REQUEST(0) REQUEST(1) REQUEST(2)
  SEND(0, 1) SEND(0, 2) SEND(1, 0) SEND(1, 2) SEND(2, 0) SEND(2, 1)
  DECIDE(0, 1) DECIDE(1, 1) DECIDE(2, 1)
#if MAX_LOG > 1
  DECIDE(0, 2) DECIDE(1, 2) DECIDE(2, 2)
#endif
#if MAX_LOG > 2
  DECIDE(0, 3) DECIDE(1, 3) DECIDE(2, 3)
#endif
  MESSAGE(0, 0)
#if NET > 1
  MESSAGE(1, 0)
#endif
#if NET > 2
  MESSAGE(2, 1)
#endif
#if NET > 3
  MESSAGE(3, 2)
#endif
  od
}

/* Raft with explicit votes and replication in atomic steps: the reference module RaftLite, with three servers, majorities
   of two, and the switches for mistakes left out.

   One process, since all variables are global; one d_step for each step, so that Spin stores the states that the spec
   has and none between them. A log is a byte with two bits for the term of each entry, the first one lowest. Requests
   and votes are never consumed; a server asks once in a term and votes once in a term. */

#ifndef MAXTERM
#define MAXTERM 3
#endif
#ifndef MAXLOG
#define MAXLOG 1
#endif
#ifndef RESTARTS
#define RESTARTS 1
#endif
#define FOLLOWER 0
#define CANDIDATE 1
#define LEADER 2

byte term[3];
byte voted[3];                    /* 1 + a server, 0 for nobody */
byte role[3];
byte log[3];
byte length[3];
byte com[3];
byte requests[3 * MAXTERM];       /* for term and candidate: 0 not sent, 1 + last term and length of its log */
byte votes[3 * MAXTERM];          /* for term and candidate: who has voted for it */
byte elected[MAXTERM];            /* who has led in a term */
byte restarts = RESTARTS;

hidden byte n, k;

#define AT(t, i) (3 * ((t) - 1) + (i))
#define BIT(i) (1 << (i))
#define ENTRY(l, k) (((l) >> (2 * ((k) - 1))) & 3)
#define PREFIX(l, k) ((l) & ((1 << (2 * (k))) - 1))
#define LAST(i) (length[i] == 0 -> 0 : ENTRY(log[i], length[i]))
#define UP_TO_DATE(i) (16 * LAST(i) + length[i])
#define MAJORITY(set) ((set) == 3 || (set) >= 5)
#define LEAST(a, b) ((a) < (b) -> (a) : (b))
#define AGREE(i, j, k) (PREFIX(log[i], k) == PREFIX(log[j], k))

#define TIMEOUT(i) \
  :: d_step { role[i] != LEADER && term[i] < MAXTERM -> \
       term[i] = term[i] + 1; voted[i] = i + 1; role[i] = CANDIDATE; \
       requests[AT(term[i], i)] = 1 + UP_TO_DATE(i); votes[AT(term[i], i)] = votes[AT(term[i], i)] | BIT(i) }

/* Server j votes for candidate i in term t. */
#define VOTE(t, i, j) \
  :: d_step { requests[AT(t, i)] && t >= term[j] && (t > term[j] || !voted[j]) && \
              requests[AT(t, i)] - 1 >= UP_TO_DATE(j) -> \
       if :: t > term[j] -> role[j] = FOLLOWER :: else fi; \
       term[j] = t; voted[j] = i + 1; votes[AT(t, i)] = votes[AT(t, i)] | BIT(j); safe() }

#define BECOME(i) \
  :: d_step { role[i] == CANDIDATE && MAJORITY(votes[AT(term[i], i)]) -> \
       role[i] = LEADER; elected[term[i] - 1] = elected[term[i] - 1] | BIT(i); safe() }

#define CLIENT(i) \
  :: d_step { role[i] == LEADER && length[i] < MAXLOG -> \
       log[i] = log[i] | (term[i] << (2 * length[i])); length[i] = length[i] + 1; safe() }

/* Leader i brings follower j up to date by one entry; where nothing changes, Spin finds the state that it came from. */
#define APPEND(i, j) \
  :: d_step { role[i] == LEADER && term[j] <= term[i] -> \
       n = 0; \
       do :: n < length[i] && n < length[j] && ENTRY(log[i], n + 1) == ENTRY(log[j], n + 1) -> n++ :: else -> break od; \
       if :: n < length[i] -> log[j] = PREFIX(log[i], n + 1); length[j] = n + 1 :: else fi; \
       if :: com[j] < LEAST(com[i], length[j]) -> com[j] = LEAST(com[i], length[j]) :: else fi; \
       if :: term[j] < term[i] -> voted[j] = 0 :: else fi; \
       term[j] = term[i]; role[j] = FOLLOWER; n = 0; safe() }

#define ACKED(i, j, k) (term[j] == term[i] && length[j] >= k && AGREE(i, j, k))
#define COMMIT(i, k) \
  :: d_step { role[i] == LEADER && com[i] < k && k <= length[i] && ENTRY(log[i], k) == term[i] && \
              ACKED(i, 0, k) + ACKED(i, 1, k) + ACKED(i, 2, k) >= 2 -> \
       com[i] = k; safe() }

#define RESTART(i) \
  :: d_step { restarts > 0 -> restarts = restarts - 1; role[i] = FOLLOWER; com[i] = 0 }

/* What every pair of servers owes; com_in_log follows from state_machine_safety for a server and itself. */
inline pair(i, j) {
  assert(AGREE(i, j, LEAST(com[i], com[j])));
  k = LEAST(length[i], length[j]);
  do :: k > 0 && ENTRY(log[i], k) != ENTRY(log[j], k) -> k = k - 1 :: else -> break od;
  assert(AGREE(i, j, k));
  k = 0;
  assert(!(role[i] == LEADER && term[i] >= term[j]) || (com[j] <= length[i] && AGREE(i, j, com[j])));
  assert(!(role[j] == LEADER && term[j] >= term[i]) || (com[i] <= length[j] && AGREE(i, j, com[i])))
}

inline safe() {
  assert(com[0] <= length[0] && com[1] <= length[1] && com[2] <= length[2]);
  assert(!(elected[0] & (elected[0] - 1)));
#if MAXTERM > 1
  assert(!(elected[1] & (elected[1] - 1)));
#endif
#if MAXTERM > 2
  assert(!(elected[2] & (elected[2] - 1)));
#endif
  pair(0, 1); pair(0, 2); pair(1, 2)
}

#define SERVER(i) TIMEOUT(i) BECOME(i) CLIENT(i) RESTART(i)
#define VOTES(t) VOTE(t, 0, 1) VOTE(t, 0, 2) VOTE(t, 1, 0) VOTE(t, 1, 2) VOTE(t, 2, 0) VOTE(t, 2, 1)

active proctype protocol() {
end:
  do
  SERVER(0) SERVER(1) SERVER(2)
  APPEND(0, 1) APPEND(0, 2) APPEND(1, 0) APPEND(1, 2) APPEND(2, 0) APPEND(2, 1)
  VOTES(1)
#if MAXTERM > 1
  VOTES(2)
#endif
#if MAXTERM > 2
  VOTES(3)
#endif
  COMMIT(0, 1) COMMIT(1, 1) COMMIT(2, 1)
#if MAXLOG > 1
  COMMIT(0, 2) COMMIT(1, 2) COMMIT(2, 2)
#endif
#if MAXLOG > 2
  COMMIT(0, 3) COMMIT(1, 3) COMMIT(2, 3)
#endif
  od
}

/* Single-decree Paxos over a growing set of messages: the reference module PaxosM, with three acceptors, two values and
   quorums of two.

   One process, since all variables are global; one d_step for each step, so that Spin stores the states that the spec
   has and none between them. In a ballot only one value is proposed, so a vote is known by its ballot alone. */

#ifndef MAXB
#define MAXB 4
#endif
#define NONE 0
#define AT(a, b) ((a) * MAXB + (b) - 1)

byte mb[3];               /* highest ballot that an acceptor has joined, 0 for none */
byte vb[3];               /* ballot of its last vote, 0 for none */
unsigned sent_1a : MAXB;  /* ballots that have begun */
byte sent_1b[3 * MAXB];   /* for acceptor and ballot: 0 not sent, 1 + the ballot of the vote that is reported */
byte sent_2a[MAXB];       /* the value that is proposed in a ballot, 0 for none */
unsigned sent_2b : 12;    /* votes: bit AT(acceptor, ballot) */

/* Two promises make a quorum; the later of the votes that they report binds the leader. */
#define HIGHER(x, y) ((x) > (y) -> (x) : (y))
#define ALLOWS(x, y, v) ((x) && (y) && (HIGHER(x, y) == 1 || sent_2a[HIGHER(x, y) - 2] == (v)))
#define SAFE(b, v) \
  (ALLOWS(sent_1b[AT(0, b)], sent_1b[AT(1, b)], v) || ALLOWS(sent_1b[AT(0, b)], sent_1b[AT(2, b)], v) || \
   ALLOWS(sent_1b[AT(1, b)], sent_1b[AT(2, b)], v))

#define VOTED(a, b) ((sent_2b >> AT(a, b)) & 1)
#define CHOSEN(b) (VOTED(0, b) + VOTED(1, b) + VOTED(2, b) >= 2)

hidden byte chosen;
#define NOTE_CHOSEN(b) \
  if :: CHOSEN(b) -> assert(chosen == NONE || chosen == sent_2a[b - 1]); chosen = sent_2a[b - 1] :: else fi

#define ACCEPTOR(a, b) \
  :: d_step { ((sent_1a >> (b - 1)) & 1) && b > mb[a] -> mb[a] = b; sent_1b[AT(a, b)] = vb[a] + 1 } \
  :: d_step { sent_2a[b - 1] && !VOTED(a, b) && b >= mb[a] -> \
       mb[a] = b; vb[a] = b; sent_2b = sent_2b | (1 << AT(a, b)); agreement() }

#define BALLOT(b) \
  :: d_step { !((sent_1a >> (b - 1)) & 1) -> sent_1a = sent_1a | (1 << (b - 1)) } \
  :: d_step { !sent_2a[b - 1] && SAFE(b, 1) -> sent_2a[b - 1] = 1 } \
  :: d_step { !sent_2a[b - 1] && SAFE(b, 2) -> sent_2a[b - 1] = 2 } \
  ACCEPTOR(0, b) ACCEPTOR(1, b) ACCEPTOR(2, b)

inline agreement() {
  chosen = NONE;
  NOTE_CHOSEN(1);
#if MAXB > 1
  NOTE_CHOSEN(2);
#endif
#if MAXB > 2
  NOTE_CHOSEN(3);
#endif
#if MAXB > 3
  NOTE_CHOSEN(4);
#endif
  chosen = NONE
}

active proctype protocol() {
end:
  do
  BALLOT(1)
#if MAXB > 1
  BALLOT(2)
#endif
#if MAXB > 2
  BALLOT(3)
#endif
#if MAXB > 3
  BALLOT(4)
#endif
  od
}

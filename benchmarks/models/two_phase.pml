/* Two-phase commit of Gray and Lamport, as indoubt.specs.commit.two_phase.

   One process, since all shared variables are global; sets of resource managers are bit masks. Each step is one
   d_step, so that Spin stores the states that the spec has and none between them. */

#ifndef RM
#define RM 9
#endif
#define ALL ((1 << RM) - 1)
#define INIT 0
#define COMMITTED 1
#define ABORTED 2

unsigned tm_state : 2;
unsigned working : RM = ALL;     /* a resource manager in none of the first two masks is prepared */
unsigned committed : RM;
unsigned aborted : RM;
unsigned sent_prepared : RM;     /* Prepared messages */
unsigned tm_prepared : RM;
bit sent_commit, sent_abort;

/* An RM commits only when nobody aborts and all have prepared. */
#define CHECK assert(!(committed && aborted)); assert(!committed || sent_prepared == ALL)

#define IN(set, rm) (set & (1 << rm))
#define STEPS(rm) \
  :: d_step { tm_state == INIT && IN(sent_prepared, rm) -> tm_prepared = tm_prepared | (1 << rm) } \
  :: d_step { IN(working, rm) -> working = working & ~(1 << rm); sent_prepared = sent_prepared | (1 << rm) } \
  :: d_step { IN(working, rm) -> working = working & ~(1 << rm); aborted = aborted | (1 << rm); CHECK } \
  :: d_step { sent_commit -> working = working & ~(1 << rm); aborted = aborted & ~(1 << rm); committed = committed | (1 << rm); CHECK } \
  :: d_step { sent_abort -> working = working & ~(1 << rm); committed = committed & ~(1 << rm); aborted = aborted | (1 << rm); CHECK }

active proctype protocol() {
end:
  do
  :: d_step { tm_state == INIT && tm_prepared == ALL -> tm_state = COMMITTED; sent_commit = 1 }
  :: d_step { tm_state == INIT -> tm_state = ABORTED; sent_abort = 1 }
  STEPS(0)
#if RM > 1
  STEPS(1)
#endif
#if RM > 2
  STEPS(2)
#endif
#if RM > 3
  STEPS(3)
#endif
#if RM > 4
  STEPS(4)
#endif
#if RM > 5
  STEPS(5)
#endif
#if RM > 6
  STEPS(6)
#endif
#if RM > 7
  STEPS(7)
#endif
#if RM > 8
  STEPS(8)
#endif
#if RM > 9
  STEPS(9)
#endif
  od
}

-- Two-phase commit of Gray and Lamport, as indoubt.specs.commit.two_phase.
--
-- Sets of resource managers are bit masks, which rumur runs several times faster than arrays of booleans and enums.

const
  RM: 9;
  All: (1 << RM) - 1;

type
  Decision: enum {Undecided, Commit, Abort};

var
  -- A resource manager in none of these three is prepared.
  working: 0 .. All;
  committed: 0 .. All;
  aborted: 0 .. All;
  tm_state: Decision;
  tm_prepared: 0 .. All;
  -- The messages Prepared(rm), Commit and Abort.
  sent_prepared: 0 .. All;
  sent_commit: boolean;
  sent_abort: boolean;

startstate
begin
  working := All;
  committed := 0;
  aborted := 0;
  tm_state := Undecided;
  tm_prepared := 0;
  sent_prepared := 0;
  sent_commit := false;
  sent_abort := false;
end;

ruleset rm: 0 .. RM - 1 do
    rule "tm_rcv_prepared" tm_state = Undecided & (sent_prepared & (1 << rm)) != 0 ==>
    begin
      tm_prepared := tm_prepared | (1 << rm);
    end;

    rule "rm_prepare" (working & (1 << rm)) != 0 ==>
    begin
      working := working & ~(1 << rm);
      sent_prepared := sent_prepared | (1 << rm);
    end;

    rule "rm_choose_to_abort" (working & (1 << rm)) != 0 ==>
    begin
      working := working & ~(1 << rm);
      aborted := aborted | (1 << rm);
    end;

    rule "rm_rcv_commit" sent_commit ==>
    begin
      working := working & ~(1 << rm);
      aborted := aborted & ~(1 << rm);
      committed := committed | (1 << rm);
    end;

    rule "rm_rcv_abort" sent_abort ==>
    begin
      working := working & ~(1 << rm);
      committed := committed & ~(1 << rm);
      aborted := aborted | (1 << rm);
    end;
end;

rule "tm_commit" tm_state = Undecided & tm_prepared = All ==>
begin
  tm_state := Commit;
  sent_commit := true;
end;

rule "tm_abort" tm_state = Undecided ==>
begin
  tm_state := Abort;
  sent_abort := true;
end;

invariant "consistent" committed = 0 | aborted = 0;

invariant "unanimous" committed = 0 | sent_prepared = All;

-- Single-decree Paxos over a growing set of messages: the reference module PaxosM, with three acceptors, two values and
-- quorums of two. In a ballot only one value is proposed, so a vote is known by its ballot alone.

const
  A: 3;
  V: 2;
  MaxB: 4;
  Q: 2;

type
  Acceptor: 0 .. A - 1;
  Ballot: 1 .. MaxB;
  -- 0 stands for none.
  BallotOrNone: 0 .. MaxB;
  ValueOrNone: 0 .. V;
  -- 0: no promise; 1 + the ballot of the vote that it reports.
  Promise: 0 .. MaxB + 1;

var
  mb: array [Acceptor] of BallotOrNone;
  vb: array [Acceptor] of BallotOrNone;
  sent_1a: array [Ballot] of boolean;
  sent_1b: array [Ballot] of array [Acceptor] of Promise;
  sent_2a: array [Ballot] of ValueOrNone;
  sent_2b: array [Ballot] of array [Acceptor] of boolean;

-- Two promises make a quorum; the later of the votes that they report binds the leader.
function allows(x: Promise; y: Promise; v: ValueOrNone): boolean;
var
  higher: Promise;
begin
  if x = 0 | y = 0 then
    return false;
  end;
  higher := x > y ? x : y;
  if higher = 1 then
    return true;
  end;
  return sent_2a[higher - 1] = v;
end;

startstate
begin
  for a: Acceptor do
    mb[a] := 0;
    vb[a] := 0;
  end;
  for b: Ballot do
    sent_1a[b] := false;
    sent_2a[b] := 0;
    for a: Acceptor do
      sent_1b[b][a] := 0;
      sent_2b[b][a] := false;
    end;
  end;
end;

ruleset b: Ballot do
  rule "1a" !sent_1a[b] ==>
  begin
    sent_1a[b] := true;
  end;

  ruleset v: 1 .. V do
    rule "2a" sent_2a[b] = 0 & sent_1a[b] &
        (allows(sent_1b[b][0], sent_1b[b][1], v) | allows(sent_1b[b][0], sent_1b[b][2], v) |
         allows(sent_1b[b][1], sent_1b[b][2], v)) ==>
    begin
      sent_2a[b] := v;
    end;
  end;

  ruleset a: Acceptor do
    rule "1b" sent_1a[b] & b > mb[a] ==>
    begin
      mb[a] := b;
      sent_1b[b][a] := vb[a] + 1;
    end;

    rule "2b" sent_2a[b] != 0 & !sent_2b[b][a] & b >= mb[a] ==>
    begin
      mb[a] := b;
      vb[a] := b;
      sent_2b[b][a] := true;
    end;
  end;
end;

function is_chosen(b: Ballot): boolean;
begin
  if sent_2b[b][0] then
    return sent_2b[b][1] | sent_2b[b][2];
  end;
  return sent_2b[b][1] & sent_2b[b][2];
end;

invariant "agreement"
  forall b: Ballot do
    is_chosen(b) -> forall c: Ballot do is_chosen(c) -> sent_2a[b] = sent_2a[c] end
  end;

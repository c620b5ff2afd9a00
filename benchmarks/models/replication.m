-- Log replication over a network that loses, repeats and reorders: replication.py beside this file, three servers.
--
-- The bag is an array in descending order, with zeros behind the last message. A message is one number: of Append the
-- receiver, term, number of entries before, term of the last of these, entry, commit index; of Ack 4096, the sender,
-- term, number of entries, whether they were accepted; two bits each. A log holds the terms of its entries, and 0 behind
-- the last one.

const
  S: 3;
  MaxTerm: 2;
  MaxLog: 2;
  Net: 3;
  IsAck: 4096;

type
  Server: 0 .. S - 1;
  Term: 0 .. MaxTerm;
  Length: 0 .. MaxLog;
  Position: 1 .. MaxLog;
  Slot: 0 .. Net - 1;

var
  epoch: Term;
  -- 1 + a server, 0 for nobody.
  leader: 0 .. S;
  term: array [Server] of Term;
  log: array [Server] of array [Position] of Term;
  length: array [Server] of Length;
  commit: array [Server] of Length;
  next: array [Server] of Length;
  match: array [Server] of Length;
  net: array [Slot] of 0 .. 8191;

procedure add(m: 0 .. 8191);
var
  k: Slot;
begin
  k := Net - 1;
  while k > 0 & net[k - 1] < m do
    net[k] := net[k - 1];
    k := k - 1;
  end;
  net[k] := m;
end;

procedure take(slot: Slot);
var
  k: Slot;
begin
  k := slot;
  while k < Net - 1 do
    net[k] := net[k + 1];
    k := k + 1;
  end;
  net[Net - 1] := 0;
end;

function last_term(i: Server): Term;
begin
  if length[i] = 0 then
    return 0;
  end;
  return log[i][length[i]];
end;

function is_as_good(i: Server; j: Server): boolean;
begin
  if last_term(i) != last_term(j) then
    return last_term(i) > last_term(j);
  end;
  return length[i] >= length[j];
end;

function can_lead(i: Server): boolean;
var
  votes: 0 .. S;
begin
  votes := 0;
  for j: Server do
    if is_as_good(i, j) then
      votes := votes + 1;
    end;
  end;
  return votes >= 2;
end;

-- Whether two logs have the same first entries.
function agree(i: Server; j: Server; size: Length): boolean;
begin
  for k: Position do
    if k <= size & log[i][k] != log[j][k] then
      return false;
    end;
  end;
  return true;
end;

function least(a: Length; b: Length): Length;
begin
  return a < b ? a : b;
end;

procedure receive_append(m: 0 .. 8191);
var
  receiver: Server;
  sent: Term;
  previous: Length;
  entry: Term;
  size: Length;
  fits: boolean;
begin
  receiver := m % 4;
  sent := (m >> 2) % 4;
  if sent >= term[receiver] then
    term[receiver] := sent;
    previous := (m >> 4) % 4;
    entry := (m >> 8) % 4;
    size := previous;
    fits := previous <= length[receiver];
    if fits & previous > 0 then
      fits := log[receiver][previous] = (m >> 6) % 4;
    end;
    if fits then
      if entry > 0 then
        size := previous + 1;
        if log[receiver][size] != entry then
          log[receiver][size] := entry;
          for k: Position do
            if k > size then
              log[receiver][k] := 0;
            end;
          end;
          length[receiver] := size;
        end;
      end;
      if commit[receiver] < least(m >> 10, size) then
        commit[receiver] := least(m >> 10, size);
      end;
    end;
    add(IsAck + receiver + 4 * sent + 16 * size + (fits ? 64 : 0));
  end;
end;

procedure receive_ack(m: 0 .. 8191);
var
  sender: Server;
  size: Length;
begin
  if (m >> 2) % 4 = epoch then
    sender := m % 4;
    size := (m >> 4) % 4;
    if (m >> 6) % 2 = 1 then
      if match[sender] < size then
        match[sender] := size;
      end;
      if next[sender] < size then
        next[sender] := size;
      end;
    elsif next[sender] = size then
      next[sender] := size - 1;
    end;
  end;
end;

function acks(i: Server; n: Length): 0 .. S;
var
  count: 0 .. S;
begin
  count := 1;
  for j: Server do
    if j != i & match[j] >= n then
      count := count + 1;
    end;
  end;
  return count;
end;

startstate
begin
  epoch := 0;
  leader := 0;
  for i: Server do
    term[i] := 0;
    length[i] := 0;
    commit[i] := 0;
    next[i] := 0;
    match[i] := 0;
    for k: Position do
      log[i][k] := 0;
    end;
  end;
  for k: Slot do
    net[k] := 0;
  end;
end;

ruleset i: Server do
  rule "elect" epoch < MaxTerm & can_lead(i) ==>
  begin
    epoch := epoch + 1;
    leader := i + 1;
    term[i] := epoch;
    for j: Server do
      next[j] := length[i];
      match[j] := 0;
    end;
  end;

  rule "request" leader = i + 1 & length[i] < MaxLog ==>
  begin
    length[i] := length[i] + 1;
    log[i][length[i]] := epoch;
  end;

  ruleset j: Server do
    rule "send" leader = i + 1 & i != j & net[Net - 1] = 0 ==>
    var
      m: 0 .. 4095;
      n: Length;
    begin
      n := next[j];
      m := j + 4 * epoch + 16 * n + 1024 * commit[i];
      if n > 0 then
        m := m + 64 * log[i][n];
      end;
      if n < length[i] then
        m := m + 256 * log[i][n + 1];
      end;
      add(m);
    end;
  end;

  ruleset n: Position do
    rule "decide" leader = i + 1 & commit[i] < n & n <= length[i] & log[i][n] = epoch & acks(i, n) >= 2 ==>
    begin
      commit[i] := n;
    end;
  end;
end;

-- Equal messages are received and lost once.
ruleset k: Slot do
  rule "receive" net[k] != 0 & (k = 0 | net[k] != net[k = 0 ? 0 : k - 1]) ==>
  var
    m: 0 .. 8191;
  begin
    m := net[k];
    take(k);
    if m >= IsAck then
      receive_ack(m);
    else
      receive_append(m);
    end;
  end;

  rule "lose" net[k] != 0 & (k = 0 | net[k] != net[k = 0 ? 0 : k - 1]) ==>
  begin
    take(k);
  end;
end;

invariant "state_machine_safety"
  forall i: Server do
    commit[i] <= length[i] & forall j: Server do agree(i, j, least(commit[i], commit[j])) end
  end;

invariant "leader_completeness"
  leader = 0 | forall j: Server do
    commit[j] <= length[leader - 1] & agree(leader - 1, j, commit[j])
  end;

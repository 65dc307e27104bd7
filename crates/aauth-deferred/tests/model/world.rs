//! What can happen next, and what must never have happened.

use std::collections::{BTreeSet, HashMap};

use aauth_deferred::{Effect, Event, Pending, State, Terms};

use crate::common::{answer, ask, jti, later, open, owner, scope};
use crate::moment::{CLIENTS, Moment, Past, Progress, Reply, RowId, Step};

/// Something a client asks the server to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Poll,
    Answer,
    Cancel,
    Arrive,
    ApproveAll,
    ApproveLess,
    Deny,
    Ask,
    WrongCodes,
}

/// Who sends `times` requests, one after the other, each any of `deeds`.
#[derive(Debug)]
pub(crate) struct Client {
    pub deeds: &'static [Deed],
    pub times: u8,
    /// Whether the answer to a poll is held back: while it would be `202`, the row is read once more.
    pub held: bool,
}

/// What the store does when it swaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Swap {
    ByVersion,
    /// A broken one, to see that the search finds it.
    Always,
}

pub(crate) struct World {
    rows: Vec<Pending>,
    numbers: HashMap<Vec<u8>, RowId>,
    /// Rows that are still open or kept long after the last tick.
    endless: BTreeSet<RowId>,
    tokens: Vec<String>,
    plans: Vec<Plan>,
    planned: HashMap<(RowId, u8, u8, u8, u8, bool), u16>,
    clients: Vec<Client>,
    terms: Terms,
    swap: Swap,
    pub seen: BTreeSet<State>,
}

/// What a client has made of the row that it read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Plan {
    deed: u8,
    /// Of a held poll: it has been woken and gives its answer now.
    woken: bool,
    /// The row to store, unless nothing changes.
    next: Option<RowId>,
    said: Said,
    reply: Option<Reply>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Refused,
    Recorded,
    Wait,
    Token(u8),
    Error,
    Cancelled,
}

/// One step, by the number of the client that takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Tick,
    Crash,
    Read(usize, Deed),
    Swap(usize),
    Told(usize),
}

/// Life, the time that a late decision is kept, the tombstone.
const HORIZON: u8 = 4;

impl World {
    pub(crate) fn new(terms: Terms, clients: Vec<Client>, swap: Swap) -> Self {
        let mut world = Self {
            rows: Vec::new(),
            numbers: HashMap::new(),
            endless: BTreeSet::new(),
            tokens: Vec::new(),
            plans: Vec::new(),
            planned: HashMap::new(),
            clients,
            terms,
            swap,
            seen: BTreeSet::new(),
        };
        world.number(&open(terms));
        world
    }

    pub(crate) fn start(&self) -> Moment {
        let progress = |at: usize| Progress {
            left: self.clients.get(at).map_or(0, |client| client.times),
            step: Step::Idle,
        };
        let clients = core::array::from_fn::<_, CLIENTS, _>(progress);
        Moment { row: 0, clock: 0, clients, crashes: 1, past: Past::default() }
    }

    /// Every step that can be taken, and where it leads.
    pub(crate) fn steps(&mut self, from: &Moment) -> Vec<(Taken, Moment)> {
        let mut steps = Vec::new();
        if from.clock < HORIZON {
            steps.push((Taken::Tick, Moment { clock: from.clock + 1, ..from.clone() }));
        }
        if from.crashes > 0 && from.clients.iter().any(|client| client.step != Step::Idle) {
            steps.push((Taken::Crash, crashed(from)));
        }
        for who in 0..self.clients.len() {
            let deeds = self.clients[who].deeds;
            match from.clients[who].step {
                Step::Idle if from.clients[who].left == 0 => {}
                Step::Idle => {
                    for (number, deed) in (0..).zip(deeds) {
                        steps.push((Taken::Read(who, *deed), self.read(from, who, number, false)));
                    }
                }
                Step::Again { deed, woken } => {
                    let taken = Taken::Read(who, deeds[usize::from(deed)]);
                    steps.push((taken, self.read(from, who, deed, woken)));
                }
                Step::Planned { plan, stale } => {
                    steps.push((Taken::Swap(who), self.store(from, who, plan, stale)))
                }
                Step::Reply(reply) => steps.push((Taken::Told(who), told(from, who, reply))),
            }
        }
        steps
    }

    fn absent(&self, at: &Moment) -> bool {
        self.rows[usize::from(at.row)].expires() <= later(at.clock.into())
    }

    /// Reads and applies. What changes nothing needs no swap and is answered at once.
    fn read(&mut self, from: &Moment, who: usize, deed: u8, woken: bool) -> Moment {
        let mut to = from.clone();
        if self.absent(from) {
            answered(&mut to, who, None);
            return to;
        }
        let number = self.plan(from, who, deed, woken);
        let plan = self.plans[usize::from(number)];
        if plan.next.is_some() {
            to.clients[who].step = Step::Planned { plan: number, stale: false };
        } else {
            self.say(&mut to, who, plan);
        }
        to
    }

    fn store(&self, from: &Moment, who: usize, number: u16, stale: bool) -> Moment {
        let mut to = from.clone();
        let plan = self.plans[usize::from(number)];
        if self.absent(from) || (stale && self.swap == Swap::ByVersion) {
            to.clients[who].step = Step::Again { deed: plan.deed, woken: plan.woken };
            return to;
        }
        to.row = plan.next.unwrap();
        for client in &mut to.clients {
            if let Step::Planned { stale, .. } = &mut client.step {
                *stale = true;
            }
        }
        let delivered = to.past.token.is_some() || matches!(plan.said, Said::Token(_));
        to.past.refused |= match self.rows[usize::from(to.row)].state() {
            State::Denied | State::Abandoned | State::Expired | State::CodeDead | State::Cancelled => true,
            State::Gone => !delivered,
            State::Undecided | State::Arrived | State::Asking | State::Granted | State::Delivered => false,
        };
        self.say(&mut to, who, plan);
        to
    }

    fn say(&self, to: &mut Moment, who: usize, plan: Plan) {
        if plan.said == Said::Wait && self.clients[who].held && !plan.woken {
            to.clients[who].step = Step::Again { deed: plan.deed, woken: true };
            return;
        }
        if let Said::Token(token) = plan.said {
            to.past.deliveries += 1;
            let same = to.past.token.is_none_or(|old| old == token);
            to.past.token = Some(if same { token } else { TWO_TOKENS });
        }
        answered(to, who, plan.reply);
    }

    fn plan(&mut self, from: &Moment, who: usize, deed: u8, woken: bool) -> u16 {
        let left = from.clients[who].left;
        let key = (from.row, u8::try_from(who).unwrap(), deed, from.clock, left, woken);
        if let Some(number) = self.planned.get(&key) {
            return *number;
        }
        let plan = self.planning(from, who, deed, woken);
        let known = self.plans.iter().position(|known| *known == plan);
        let number = known.unwrap_or_else(|| {
            self.plans.push(plan);
            self.plans.len() - 1
        });
        let number = u16::try_from(number).unwrap();
        self.planned.insert(key, number);
        number
    }

    fn planning(&mut self, from: &Moment, who: usize, number: u8, woken: bool) -> Plan {
        let (left, now) = (from.clients[who].left, later(from.clock.into()));
        let deed = self.clients[who].deeds[usize::from(number)];
        let old = self.rows[usize::from(from.row)].clone();
        self.seen.insert(old.at(now).state());
        let Ok((next, effect)) = old.apply(&Self::event(who, deed, left), now) else {
            return Plan { deed: number, woken, next: None, said: Said::Refused, reply: None };
        };
        self.seen.insert(next.state());
        let said = self.said(&effect);
        let reply = match (deed, said) {
            (Deed::ApproveAll | Deed::ApproveLess, Said::Recorded) => {
                Some(Reply::Approved { by: approval(who, left), at: from.clock })
            }
            (Deed::Deny, Said::Recorded) => Some(Reply::Denied),
            (_, Said::Cancelled) => Some(Reply::Cancelled),
            _ => None,
        };
        let next = (next != old).then(|| self.number(&next));
        Plan { deed: number, woken, next, said, reply }
    }

    fn event(who: usize, deed: Deed, left: u8) -> Event {
        let granted = |text| Event::Approve {
            subject: "alice".to_owned(),
            scope: scope(text),
            jti: jti(approval(who, left)),
        };
        match deed {
            Deed::Poll => Event::Poll { owner: owner(), kid: format!("key-{who}") },
            Deed::Answer => answer(),
            Deed::Cancel => Event::Cancel { owner: owner() },
            Deed::Arrive => Event::Arrive,
            Deed::ApproveAll => granted("data.read data.write"),
            Deed::ApproveLess => granted("data.read"),
            Deed::Deny => Event::Deny,
            Deed::Ask => ask(),
            Deed::WrongCodes => Event::CodeKilled,
        }
    }

    fn said(&mut self, effect: &Effect) -> Said {
        match effect {
            Effect::Recorded => Said::Recorded,
            Effect::Wait(_) => Said::Wait,
            Effect::Deliver(grant) => Said::Token(self.token(&format!("{grant:?}"))),
            Effect::Refuse(_) => Said::Error,
            Effect::Cancelled => Said::Cancelled,
        }
    }

    /// `text`: all that makes the token the token it is, `jti`, `iat`, `kid` and scope.
    fn token(&mut self, text: &str) -> u8 {
        let known = self.tokens.iter().position(|token| token == text);
        let number = known.unwrap_or_else(|| {
            self.tokens.push(text.to_owned());
            self.tokens.len() - 1
        });
        u8::try_from(number).unwrap()
    }

    fn number(&mut self, row: &Pending) -> RowId {
        let bytes = row.to_bytes().unwrap();
        if let Some(number) = self.numbers.get(&bytes) {
            return *number;
        }
        let number = RowId::try_from(self.rows.len()).unwrap();
        let end = row.at(later(2 * u64::from(HORIZON))).state();
        if !matches!(end, State::Gone | State::Cancelled) {
            self.endless.insert(number);
        }
        self.rows.push(row.clone());
        self.numbers.insert(bytes, number);
        number
    }

    /// What is wrong with a moment, whatever led there.
    pub(crate) fn wrong(&self, at: &Moment) -> Option<&'static str> {
        let row = &self.rows[usize::from(at.row)];
        let Past { token, deliveries, refused, approved, denied, cancelled } = at.past;
        if token == Some(TWO_TOKENS) {
            return Some("two tokens");
        }
        if deliveries > 1 && self.terms.redelivery == 0 {
            return Some("delivered twice");
        }
        if token.is_some() && (refused || denied || cancelled) {
            return Some("a token of a refused request");
        }
        if self.endless.contains(&at.row) {
            return Some("time alone does not end it");
        }
        if let Some((by, since)) = approved {
            let kept = u32::from(at.clock) < u32::from(since) + self.terms.keep;
            let stands = row.decision().is_some_and(|decision| decision.jti == jti(by));
            let over = row.state() == State::Cancelled || token.is_some() || !kept;
            if !stands && !over {
                return Some("an acknowledged approval is lost");
            }
        }
        None
    }

    /// Whether nothing is left to do when no step can be taken.
    pub(crate) fn finished(&self, at: &Moment) -> bool {
        let row = self.rows[usize::from(at.row)].at(later(at.clock.into()));
        let over = matches!(row.state(), State::Gone | State::Cancelled);
        at.clients.iter().all(|client| client.left == 0 && client.step == Step::Idle) && over
    }
}

/// The server loses all that is under way; its clients count it as an answer that never came.
fn crashed(from: &Moment) -> Moment {
    let mut to = from.clone();
    to.crashes -= 1;
    for client in to.clients.iter_mut().filter(|client| client.step != Step::Idle) {
        *client = Progress { left: client.left - 1, step: Step::Idle };
    }
    to
}

/// Ends a request; an answer that a promise rests on must first arrive.
fn answered(to: &mut Moment, who: usize, reply: Option<Reply>) {
    let client = &mut to.clients[who];
    *client = match reply {
        Some(reply) => Progress { step: Step::Reply(reply), ..*client },
        None => Progress { left: client.left - 1, step: Step::Idle },
    };
}

fn told(from: &Moment, who: usize, reply: Reply) -> Moment {
    let mut to = from.clone();
    answered(&mut to, who, None);
    match reply {
        Reply::Approved { by, at } => to.past.approved = to.past.approved.or(Some((by, at))),
        Reply::Denied => to.past.denied = true,
        Reply::Cancelled => to.past.cancelled = true,
    }
    to
}

/// Each approval has an identifier of its own, as every call of a server draws one.
fn approval(who: usize, left: u8) -> u8 {
    u8::try_from(who).unwrap() * 8 + left
}

const TWO_TOKENS: u8 = u8::MAX;

//! The person at the terminal, or the program that reads the events.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use std::io::IsTerminal as _;

use aauth_agent::{AnswerFuture, Interaction, Progress, Prompt};
use aauth_runtime::{Clock as _, SystemClock};
use aauth_types::plain;

use super::events::Events;
use super::face::Face;
use super::keyboard::Keyboard;
use super::live::{Live, State};
use super::screen::{Rest, Screen};
use super::trace::Traced;
use super::{FetchArgs, browser, page};

/// What the user sees of a call.
#[derive(Debug)]
pub(super) struct Shown(Arc<User>);

#[derive(Debug)]
struct User {
    side: Side,
    opens: bool,
    answer: Option<String>,
    asks: bool,
    keyboard: Keyboard,
}

/// Who reads standard error.
#[derive(Debug)]
enum Side {
    Person { screen: Arc<Screen>, live: Mutex<Option<Live>> },
    Program(Events),
}

/// The longest question that is shown, in characters.
const QUESTION: usize = 2000;

impl Shown {
    pub(super) fn new(args: &FetchArgs) -> Self {
        let side = match Face::of_user().filter(|_| !args.form.json) {
            Some(face) => Side::Person { screen: Arc::new(Screen::new(face)), live: Mutex::default() },
            None => Side::Program(Events { json: args.form.json }),
        };
        Self(Arc::new(User {
            asks: matches!(side, Side::Person { .. }) && io::stdin().is_terminal(),
            side,
            opens: args.open,
            answer: args.answer.clone(),
            keyboard: Keyboard::default(),
        }))
    }

    pub(super) fn prompt(&self) -> Arc<dyn Prompt> {
        self.0.clone()
    }

    /// Where the trace goes.
    pub(super) fn trace(&self) -> Box<dyn Write + Send> {
        match &self.0.side {
            Side::Person { screen, .. } => Box::new(Traced::new(screen.clone())),
            Side::Program(_) => Box::new(io::stderr()),
        }
    }

    /// Moves the clock of the live line on; never ends.
    pub(super) async fn tick(&self) {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if let Side::Person { screen, live } = &self.0.side
                && screen.face().rewrites
                && let Some(live) = *lock(live)
                && live.state != State::Asked
            {
                screen.set_live(live.line(SystemClock.now(), screen.face()));
            }
        }
    }

    /// The user has interrupted the call.
    pub(super) fn cancelling(&self) {
        self.0.change(|_| State::Cancelling);
    }

    /// Nothing more is to be shown.
    pub(super) fn over(&self) {
        if let Side::Person { screen, live } = &self.0.side {
            *lock(live) = None;
            screen.end_live(Rest::Keep);
        }
    }
}

impl User {
    fn change(&self, next: impl FnOnce(State) -> State) {
        match &self.side {
            Side::Program(events) => events.state(next(State::Waiting)),
            Side::Person { screen, live } => {
                let mut live = lock(live);
                let Some(live) = live.as_mut() else { return };
                let next = next(live.state);
                // Who interrupts sees so to the end.
                if live.state == State::Cancelling || live.state == next {
                    return;
                }
                live.state = next;
                if next != State::Asked {
                    screen.set_live(live.line(SystemClock.now(), screen.face()));
                }
            }
        }
    }
}

impl Prompt for User {
    fn show(&self, interaction: &Interaction) {
        match &self.side {
            Side::Program(events) => events.interaction(interaction),
            Side::Person { screen, .. } => screen.write(&page::page(interaction, screen.face())),
        }
        if self.opens {
            browser::open(&interaction.url());
        }
    }

    fn progress(&self, _interaction: Option<&Interaction>, progress: Progress<'_>) {
        if let (Progress::Waiting { until }, Side::Person { live, .. }) = (progress, &self.side) {
            let since = SystemClock.now();
            *lock(live) = Some(Live { state: State::Waiting, since, until });
            self.redraw();
            return;
        }
        self.change(|state| state.after(progress));
    }

    fn answer<'a>(&'a self, question: &'a str) -> AnswerFuture<'a> {
        let question = plain(question, QUESTION);
        match &self.side {
            Side::Program(events) => events.question(&question),
            Side::Person { screen, .. } => {
                let lines = question.lines().flat_map(|line| screen.face().wrapped(line));
                let question: Vec<_> = lines.collect();
                screen.end_live(Rest::Erase);
                screen.write(&format!("The person asks:\n{}\n", question.join("\n")));
            }
        }
        Box::pin(async move {
            if let (None, true, Side::Person { screen, .. }) = (&self.answer, self.asks, &self.side) {
                screen.ask("Your answer: ");
                return self.keyboard.line().await.filter(|line| !line.is_empty());
            }
            self.answer.clone()
        })
    }
}

impl User {
    fn redraw(&self) {
        if let Side::Person { screen, live } = &self.side
            && let Some(live) = *lock(live)
        {
            screen.set_live(live.line(SystemClock.now(), screen.face()));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

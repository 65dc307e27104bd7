//! What the prompt is told while an exchange goes on.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aauth_agent::{AgentError, AnswerFuture, Callback, Identity, Interaction, Progress, Prompt};
use aauth_testkit::FakeClock;
use http::StatusCode;

use crate::flow::deferring;
use crate::parties::{Parties, World, key};
use crate::peer::answer;

/// Writes down what it is told.
#[derive(Debug, Default)]
struct Told(Mutex<Vec<String>>);

impl Told {
    fn note(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }
}

impl Prompt for Told {
    fn show(&self, interaction: &Interaction) {
        let path = interaction.url();
        self.note(format!("show {}", path.split_at(path.find("/interact").unwrap()).1));
    }

    fn progress(&self, interaction: Option<&Interaction>, progress: Progress<'_>) {
        let code = interaction.map_or("-", |interaction| interaction.code.as_str());
        let what = match progress {
            Progress::Waiting { until } => {
                format!("waiting {}", until.saturating_duration_since(FakeClock::TRACE).as_secs())
            }
            Progress::Asked { question } => format!("asked {question}"),
            Progress::Ended { why } => format!("ended {}", why.kind()),
            other => format!("{other:?}").to_lowercase(),
        };
        self.note(format!("{code} {what}"));
    }

    fn answer<'a>(&'a self, _question: &'a str) -> AnswerFuture<'a> {
        Box::pin(async { Some("because".to_owned()) })
    }
}

/// What is told when the exchange of `world` runs to its end.
async fn told(mut world: World) -> Vec<String> {
    let told = Arc::new(Told::default());
    world.settings.prompt = told.clone();
    let (client, running) = world.client();
    let _ended = client.get(&running.url("/read")).await;
    told.0.lock().unwrap().clone()
}

const SHOWN: [&str; 2] = ["- waiting 900", "show /interact?code=CODE2345"];

#[tokio::test]
async fn each_step_of_an_exchange_is_told_once() {
    let world = deferring(|parties, seen, poll| match (seen.method.as_str(), poll) {
        ("POST", _) => parties.wait(""),
        (_, 0) => parties.wait(""),
        (_, 1) => {
            answer(202, &[("Location", "/pending/1"), ("Retry-After", "0")], r#"{"status":"interacting"}"#)
        }
        (_, 2) => parties.wait(r#","clarification":"why?""#),
        _ => parties.deliver(&parties.token("data.read")),
    });
    let steps = ["CODE2345 arrived", "CODE2345 asked why?", "CODE2345 answered", "CODE2345 granted"];
    assert_eq!(told(world).await, [&SHOWN[..], &steps].concat());
}

#[tokio::test]
async fn each_end_is_told() {
    let rows = [
        (403, r#"{"error":"denied"}"#, "denied"),
        (403, r#"{"error":"abandoned"}"#, "abandoned"),
        (408, r#"{"error":"expired"}"#, "expired"),
        (500, "", "broken_off"),
    ];
    for (status, body, kind) in rows {
        let world = deferring(move |_, _, _| answer(status, &[], body));
        let ended = format!("CODE2345 ended {kind}");
        assert_eq!(told(world).await, [&SHOWN[..], &[ended.as_str()]].concat());
    }
}

#[tokio::test]
async fn the_end_of_this_sides_patience_is_told() {
    let world = deferring(|parties, _, _| {
        parties.clock.advance(Duration::from_secs(1000));
        parties.wait("")
    });
    assert_eq!(told(world).await, [&SHOWN[..], &["CODE2345 ended expired"]].concat());
}

#[tokio::test]
async fn a_token_that_is_not_believed_is_no_grant() {
    let world = deferring(|parties, _, _| parties.deliver(&parties.token("data.read data.write")));
    assert_eq!(told(world).await, [&SHOWN[..], &["CODE2345 ended scope_widened"]].concat());
}

#[tokio::test]
async fn nothing_is_told_of_a_direct_answer() {
    let direct =
        [Parties::grant, |_: &Parties, _: &crate::peer::Seen| answer(403, &[], r#"{"error":"denied"}"#)];
    for reply in direct {
        let mut world = World::new();
        world.ordinary_resource();
        world.auth_server(reply);
        assert_eq!(told(world).await, [""; 0]);
    }
}

#[tokio::test]
async fn the_callback_is_in_the_link_escaped() {
    let mut world = deferring(|parties, _, _| parties.deliver(&parties.token("data.read")));
    world.settings.callback = Some(Callback::parse("https://agent.example/done?id=7&x=%20").unwrap());
    let link =
        "show /interact?code=CODE2345&callback=https%3A%2F%2Fagent.example%2Fdone%3Fid%3D7%26x%3D%2520";
    assert_eq!(told(world).await[1], link);
}

#[tokio::test]
async fn a_pseudonym_shows_its_key_and_can_be_granted_nothing() {
    let mut world = World::new();
    world.resource(|parties, seen| match seen.target.as_str() {
        "/open" => answer(200, &[], ""),
        _ => parties.challenge("data.read"),
    });
    world.settings.identity = Identity::pseudonym(Arc::new(key("agent-1", 1)));
    let (client, running) = world.client();
    assert_eq!(client.get(&running.url("/open")).await.unwrap().status(), StatusCode::OK);
    let shown = running.resource.all()[0].field("signature-key").to_owned();
    assert!(shown.starts_with(r#"sig=(scheme=hwk kty="OKP" crv="Ed25519" x=""#), "{shown}");
    assert_eq!(client.get(&running.url("/read")).await.unwrap_err(), AgentError::Pseudonym);
    assert_eq!(running.auth_server.lines().len(), 0);
}

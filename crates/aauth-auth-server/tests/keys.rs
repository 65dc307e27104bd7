//! One signing key follows the other, and nobody meets a token whose key is not published.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::sync::Arc;

use aauth_auth_server::{KeyError, KeyRoles, SigningKeys};
use aauth_jose::{Algorithm, SigningKey, b64};
use aauth_types::Secret;
use common::*;
use http::Request;

fn named(kid: &str, seed: u8) -> Arc<SigningKey> {
    Arc::new(SigningKey::from_seed(Algorithm::Ed25519, Secret::new([seed; 32]), Some(kid)).unwrap())
}

fn first() -> Arc<SigningKey> {
    named("first", 11)
}

fn second() -> Arc<SigningKey> {
    named("second", 12)
}

fn third() -> Arc<SigningKey> {
    named("third", 13)
}

fn roles(active: &str, next: Option<&str>, retired: &[&str]) -> KeyRoles {
    KeyRoles {
        active: active.to_owned(),
        next: next.map(str::to_owned),
        retired: retired.iter().map(|kid| (*kid).to_owned()).collect(),
    }
}

/// A server that signs with the first key and gives a token again for a minute.
fn world(keys: &SigningKeys) -> World {
    World::with(|settings| {
        settings.required.keys = keys.clone();
        settings.terms.redelivery = 60;
    })
}

/// The same store behind a server that was started anew with other keys.
fn restarted(world: &World, keys: &SigningKeys) -> World {
    let mut next = World::with(|settings| {
        settings.required.keys = keys.clone();
        settings.required.store = world.store.clone();
        settings.clock = world.clock.clone();
        settings.terms.redelivery = 60;
    });
    (next.store, next.clock) = (world.store.clone(), world.clock.clone());
    next
}

async fn published(world: &World) -> Vec<String> {
    let request = Request::get("/jwks.json").body(axum::body::Body::empty()).unwrap();
    let keys = world.send(request).await.json()["keys"].clone();
    keys.as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn kid_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let token = answer.json()["auth_token"].as_str().unwrap().to_owned();
    let header = b64::decode(token.split('.').next().unwrap()).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

async fn granted(world: &World) -> Open {
    let open = world.open().await;
    Browser::new(world).decide(&open.code, "grant").await;
    open
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_after() {
    let keys = SigningKeys::new(first()).unwrap();
    let world = world(&keys);
    assert_eq!(published(&world).await, ["first"]);
    keys.announce(second()).unwrap();
    assert_eq!(published(&world).await, ["first", "second"]);
    assert_eq!(kid_of(&world.poll(&granted(&world).await).await), "first");
    assert_eq!(keys.rotate(), Ok(roles("second", None, &["first"])));
    assert_eq!(published(&world).await, ["second", "first"]);
    assert_eq!(kid_of(&world.poll(&granted(&world).await).await), "second");
    keys.forget("first").unwrap();
    assert_eq!(published(&world).await, ["second"]);
}

#[tokio::test]
async fn a_direct_grant_is_signed_by_the_active_key() {
    let keys = SigningKeys::new(first()).unwrap();
    let world = world(&keys);
    world.grants("data.read");
    keys.announce(second()).unwrap();
    assert_eq!(kid_of(&world.ask(&resource_claims("one")).await), "first");
    keys.rotate().unwrap();
    assert_eq!(kid_of(&world.ask(&resource_claims("two")).await), "second");
}

#[tokio::test]
async fn a_token_that_is_given_again_is_signed_by_the_key_that_signed_it_first() {
    let keys = SigningKeys::new(first()).unwrap();
    let world = world(&keys);
    keys.announce(second()).unwrap();
    let open = granted(&world).await;
    let delivered = world.poll(&open).await;
    keys.rotate().unwrap();
    let again = world.poll(&open).await;
    assert_eq!((again.status, &again.text), (delivered.status, &delivered.text));
}

#[tokio::test]
async fn a_token_whose_key_was_forgotten_is_not_made_again_with_another() {
    let keys = SigningKeys::new(first()).unwrap();
    let world = world(&keys);
    keys.announce(second()).unwrap();
    let open = granted(&world).await;
    assert_eq!(kid_of(&world.poll(&open).await), "first");
    keys.rotate().unwrap();
    keys.forget("first").unwrap();
    let gone = world.poll(&open).await;
    assert_eq!((gone.error().0, gone.field("retry-after")), (503, Some("5")));
    keys.keep(first()).unwrap();
    assert_eq!(kid_of(&world.poll(&open).await), "first");
    world.pass(61);
    assert_not_found(&world.poll(&open).await);
}

#[tokio::test]
async fn a_restart_during_a_rotation_makes_the_same_token() {
    let before = SigningKeys::new(first()).unwrap();
    before.announce(second()).unwrap();
    let world = world(&before);
    let early = granted(&world).await;
    let of_first = world.poll(&early).await;
    before.rotate().unwrap();
    let late = granted(&world).await;
    let of_second = world.poll(&late).await;
    // One instance starts with what was written before the rotation, one with what was written after it.
    let after = SigningKeys::new(second()).unwrap();
    after.keep(first()).unwrap();
    let old = SigningKeys::new(first()).unwrap();
    old.announce(second()).unwrap();
    for keys in [after, old] {
        let world = restarted(&world, &keys);
        assert_eq!(world.poll(&early).await.text, of_first.text);
        assert_eq!(world.poll(&late).await.text, of_second.text);
    }
}

#[test]
fn keys_that_cannot_be_told_apart_or_used_are_refused() {
    let nameless = SigningKey::from_seed(Algorithm::Ed25519, Secret::new([9; 32]), None).unwrap();
    assert_eq!(SigningKeys::new(Arc::new(nameless)).map(|keys| keys.roles()), Err(KeyError::NoKid));
    let keys = SigningKeys::new(first()).unwrap();
    assert_eq!(keys.rotate(), Err(KeyError::NoNext));
    assert_eq!(keys.announce(named("first", 99)), Err(KeyError::KidTaken));
    keys.announce(second()).unwrap();
    assert_eq!(keys.announce(third()), Err(KeyError::NextTaken));
    assert_eq!(keys.keep(second()), Err(KeyError::KidTaken));
    assert_eq!(keys.forget("first"), Err(KeyError::Active));
    assert_eq!(keys.forget("third"), Err(KeyError::UnknownKid));
    assert_eq!(keys.roles(), roles("first", Some("second"), &[]));
    keys.forget("second").unwrap();
    assert_eq!(keys.roles(), roles("first", None, &[]));
}

#[test]
fn there_is_an_end_to_keys() {
    let keys = SigningKeys::new(named("0", 0)).unwrap();
    for number in 1..SigningKeys::LIMIT {
        keys.keep(named(&number.to_string(), number as u8)).unwrap();
    }
    assert_eq!(keys.keep(first()), Err(KeyError::TooMany));
    assert_eq!(keys.announce(first()), Err(KeyError::TooMany));
}

#[test]
fn keys_print_their_names_and_no_more() {
    let keys = SigningKeys::new(first()).unwrap();
    let text = "SigningKeys(KeyRoles { active: \"first\", next: None, retired: [] })";
    assert_eq!(format!("{keys:?}"), text);
}

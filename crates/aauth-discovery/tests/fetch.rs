//! What the resolver makes of servers that mean it no good.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod hostile;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use aauth_discovery::{
    DiscoveryError, DocumentNames, HttpResolver, JwksHosts, Limits, Resolver, Settings, Strangers,
};
use aauth_jose::JoseError;
use aauth_testkit::FakeClock;
use aauth_types::{Document, KeyRef, Network, ServerId};
use hostile::{DOCUMENT, Hostile, KEYS, Reply, SHORT, Script, json, resolver, settings, status, with_fields};

/// Asks for the key set of an agent server whose key set is answered with `reply`.
async fn key_set_error(reply: Reply) -> DiscoveryError {
    let server = Hostile::agent().await;
    server.on("/jwks.json", reply);
    let (resolver, _) = resolver(settings());
    resolver.jwks(&server.key("key-1")).await.expect_err("a hostile server yields no keys")
}

fn headed(head: &str, body: &[u8]) -> Reply {
    Reply::Raw([head.as_bytes(), b"\r\n", body].concat())
}

#[tokio::test]
async fn a_key_set_is_found_through_its_document() {
    let server = Hostile::agent().await;
    let (resolver, _) = resolver(settings());
    let keys = resolver.jwks(&server.key("key-1")).await.unwrap();
    assert!(keys.key("key-1").is_ok());
    assert_eq!(server.asked(), [DOCUMENT, "/jwks.json"]);
}

/// The test before this one, as a process with proxies in its environment.
#[test]
fn proxies_of_the_environment_are_not_asked() {
    aauth_testkit::assert_proxies_are_not_asked("a_key_set_is_found_through_its_document");
}

#[tokio::test]
async fn requests_ask_for_plain_json_and_carry_nothing_else() {
    let server = Hostile::agent().await;
    let (resolver, _) = resolver(settings());
    resolver.jwks(&server.key("key-1")).await.unwrap();
    for request in server.requests() {
        let head = request.to_ascii_lowercase();
        assert!(head.contains("accept: application/json\r\n"), "{head}");
        assert!(head.contains("accept-encoding: identity\r\n"), "{head}");
        assert!(!head.contains("cookie") && !head.contains("referer"), "{head}");
    }
}

#[tokio::test]
async fn the_short_name_is_asked_for_after_404_only() {
    let server = Hostile::agent().await;
    let document = format!(r#"{{"agent":"{0}","jwks_uri":"{0}/jwks.json"}}"#, server.id);
    server.on(DOCUMENT, status(404));
    server.on(SHORT, json(&document));
    let (resolver, _) = resolver(settings());
    assert_eq!(resolver.agent(&server.id).await.unwrap().agent, server.id);
    assert_eq!(server.asked(), [DOCUMENT, SHORT]);

    let server = Hostile::agent().await;
    server.on(DOCUMENT, status(500));
    assert_eq!(resolver.agent(&server.id).await, Err(DiscoveryError::Status { status: 500 }));
    assert_eq!(server.asked(), [DOCUMENT]);
}

#[tokio::test]
async fn the_short_name_is_not_asked_for_where_the_settings_leave_it_out() {
    let server = Hostile::agent().await;
    server.on(DOCUMENT, status(404));
    let mut settings = settings();
    settings.names = DocumentNames::WithJson;
    let (resolver, _) = resolver(settings);
    assert_eq!(resolver.agent(&server.id).await, Err(DiscoveryError::Status { status: 404 }));
    assert_eq!(server.asked(), [DOCUMENT]);
}

#[tokio::test]
async fn a_redirect_is_an_error_and_its_target_hears_nothing() {
    let target = Hostile::agent().await;
    for code in [301, 302, 303, 307, 308] {
        let location =
            format!("HTTP/1.1 {code} X\r\nlocation: {}/jwks.json\r\ncontent-length: 0\r\n", target.id);
        assert_eq!(key_set_error(headed(&location, b"")).await, DiscoveryError::Redirect { status: code });

        let server = Hostile::start().await;
        server.on(DOCUMENT, headed(&location, b""));
        let (resolver, _) = resolver(settings());
        assert_eq!(resolver.agent(&server.id).await, Err(DiscoveryError::Redirect { status: code }));
    }
    assert_eq!(target.connections(), 0);
}

/// Once the connection is there the clock goes on by itself when nothing else happens: the five seconds take no time.
#[tokio::test]
async fn a_byte_a_second_is_left_after_five_seconds_and_so_is_silence() {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        KEYS.len()
    );
    let whole = [head.as_bytes(), KEYS.as_bytes()].concat();
    let body = Reply::Trickle(head.into_bytes(), KEYS.into());
    for reply in [body, Reply::Trickle(Vec::new(), whole), Reply::Hang] {
        let server = Hostile::agent().await;
        let settings = Settings::resource(Network::InsecureLoopback);
        let limit = settings.limits.total;
        let (resolver, _) = resolver(settings);
        resolver.agent(&server.id).await.unwrap();
        server.on("/jwks.json", reply);
        tokio::time::pause();
        let begin = tokio::time::Instant::now();
        let error = resolver.jwks(&server.key("key-1")).await.err();
        assert_eq!(error, Some(DiscoveryError::Timeout { limit }));
        // Timers count from whole milliseconds, and the clock was paused between two.
        assert_eq!((begin.elapsed().as_secs(), limit), (5, Duration::from_secs(5)));
        tokio::time::resume();
    }
}

/// The error, and how much of a body of 1 GiB the network took: 64 KiB were read at most, the rest waits in its buffers.
async fn gibibyte(fields: &'static str) -> DiscoveryError {
    let server = Hostile::agent().await;
    server.on("/jwks.json", Reply::Gibibyte(fields));
    let (resolver, _) = resolver(settings());
    let error = resolver.jwks(&server.key("key-1")).await.err().unwrap();
    assert!(server.taken() < 16 * 1024 * 1024, "{} bytes", server.taken());
    error
}

#[tokio::test]
async fn a_body_of_a_gibibyte_is_left_at_the_limit() {
    assert_eq!(gibibyte("").await, DiscoveryError::TooLarge { limit: 65_536 });
}

#[tokio::test]
async fn a_compressed_body_of_a_gibibyte_is_not_read() {
    assert_eq!(gibibyte("content-encoding: gzip\r\n").await, DiscoveryError::ContentEncoding);
}

#[tokio::test]
async fn compression_that_is_not_announced_is_no_json() {
    let gzip = [b"\x1f\x8b\x08\0\0\0\0\0\x02\x03".as_slice(), &[0xed; 1024]].concat();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1034\r\n";
    let error = key_set_error(headed(head, &gzip)).await;
    assert_eq!((error.kind(), error.at()), ("json_malformed", Some(0)));
}

#[test]
fn the_limits_of_a_fetch_are_five_seconds_64_kib_and_a_hundred_keys() {
    let limits = Limits::default();
    assert_eq!((limits.connect, limits.total), (Duration::from_secs(3), Duration::from_secs(5)));
    assert_eq!((limits.body, limits.keys), (65_536, 100));
    assert_eq!(Settings::resource(Network::Public).limits, limits);
    assert_eq!(Settings::auth_server(Network::Public).limits, limits);
}

#[tokio::test]
async fn a_body_that_is_said_to_be_huge_is_not_read() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1048576\r\n";
    assert_eq!(key_set_error(headed(head, b"{")).await, DiscoveryError::TooLarge { limit: 65_536 });
    assert_eq!(
        key_set_error(json(" ".repeat(1024 * 1024))).await,
        DiscoveryError::TooLarge { limit: 65_536 }
    );
}

#[tokio::test]
async fn a_body_of_64_kib_is_read_and_one_byte_more_is_not() {
    let pad = |length: usize| format!("{KEYS}{}", " ".repeat(length - KEYS.len()));
    let server = Hostile::agent().await;
    server.on("/jwks.json", json(pad(65_536)));
    let (resolver, _) = resolver(settings());
    assert!(resolver.jwks(&server.key("key-1")).await.is_ok());
    assert_eq!(key_set_error(json(pad(65_537))).await, DiscoveryError::TooLarge { limit: 65_536 });
}

#[tokio::test]
async fn a_compressed_body_is_refused_unread() {
    for coding in ["gzip", "br", "zstd", "deflate", "identity, gzip"] {
        let reply = with_fields(&format!("content-encoding: {coding}\r\n"), "\u{1f}bomb");
        assert_eq!(key_set_error(reply).await, DiscoveryError::ContentEncoding);
    }
}

#[tokio::test]
async fn only_json_is_read() {
    let typed = |line: &str| {
        headed(&format!("HTTP/1.1 200 OK\r\n{line}content-length: {}\r\n", KEYS.len()), KEYS.as_bytes())
    };
    for line in [
        "",
        "content-type: text/html\r\n",
        "content-type: text/plain\r\n",
        "content-type: application/jsonp\r\n",
    ] {
        assert_eq!(key_set_error(typed(line)).await, DiscoveryError::ContentType, "{line}");
    }
    for line in
        ["content-type: Application/JSON; charset=utf-8\r\n", "content-type: application/jwk-set+json\r\n"]
    {
        let server = Hostile::agent().await;
        server.on("/jwks.json", typed(line));
        let (resolver, _) = resolver(settings());
        assert!(resolver.jwks(&server.key("key-1")).await.is_ok(), "{line}");
    }
}

#[tokio::test]
async fn html_with_the_type_of_json_is_no_key_set() {
    let error = key_set_error(json("<html>not found</html>")).await;
    assert!(matches!(error, DiscoveryError::KeySet { source: JoseError::Json { .. } }), "{error}");
    assert_eq!(key_set_error(status(204)).await, DiscoveryError::Status { status: 204 });
    assert_eq!(key_set_error(status(500)).await, DiscoveryError::Status { status: 500 });
}

#[tokio::test]
async fn an_answer_that_is_no_http_or_breaks_off_is_unreachable() {
    assert_eq!(key_set_error(Reply::Raw(b"SSH-2.0-OpenSSH\r\n".to_vec())).await, DiscoveryError::Unreachable);
    assert_eq!(key_set_error(Reply::Raw(Vec::new())).await, DiscoveryError::Unreachable);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n";
    assert_eq!(key_set_error(headed(head, b"{\"keys\"")).await, DiscoveryError::Unreachable);
}

#[tokio::test]
async fn a_hundred_keys_are_read_and_one_more_is_not() {
    let set = |count: usize| {
        let keys: Vec<_> = (0..count).map(|index| format!(r#"{{"kty":"x","kid":"{index}"}}"#)).collect();
        json(format!("{{\"keys\":[{}]}}", keys.join(",")))
    };
    let server = Hostile::agent().await;
    server.on("/jwks.json", set(100));
    let (resolver, _) = resolver(settings());
    assert_eq!(resolver.jwks(&server.key("99")).await.unwrap().len(), 100);
    assert_eq!(key_set_error(set(101)).await, DiscoveryError::TooManyKeys { found: 101, limit: 100 });
}

#[tokio::test]
async fn a_document_of_another_server_is_refused() {
    let server = Hostile::agent().await;
    let wrong = DiscoveryError::WrongIdentifier { document: Document::Agent, member: "agent" };
    for other in
        ["https://agent.example".to_owned(), format!("{}/", server.id), server.id.as_str().to_uppercase()]
    {
        server.on(DOCUMENT, json(format!(r#"{{"agent":"{other}","jwks_uri":"{}/jwks.json"}}"#, server.id)));
        let (resolver, _) = resolver(settings());
        assert_eq!(resolver.agent(&server.id).await, Err(wrong.clone()), "{other}");
        assert_eq!(resolver.jwks(&server.key("key-1")).await.err(), Some(wrong.clone()), "{other}");
    }
    assert_eq!(server.count("/jwks.json"), 0);
}

#[tokio::test]
async fn keys_are_found_in_a_document_that_lacks_an_endpoint() {
    let server = Hostile::agent().await;
    let document = format!(r#"{{"issuer":"{0}","jwks_uri":"{0}/jwks.json"}}"#, server.id);
    server.on("/.well-known/aauth-issuer.json", json(document));
    let (resolver, _) = resolver(settings());
    let key = KeyRef { document: Document::Issuer, ..server.key("key-1") };
    assert!(resolver.jwks(&key).await.is_ok());
    let absent = DiscoveryError::Absent { document: Document::Issuer, member: "token_endpoint" };
    assert_eq!(resolver.issuer(&server.id).await, Err(absent));
}

#[tokio::test]
async fn keys_on_another_host_need_permission() {
    let keys = Hostile::named("http://localhost").await;
    keys.on("/jwks.json", json(KEYS));
    let server = Hostile::start().await;
    server.on(DOCUMENT, json(format!(r#"{{"agent":"{}","jwks_uri":"{}/jwks.json"}}"#, server.id, keys.id)));

    let (strict, _) = resolver(settings());
    assert_eq!(strict.jwks(&server.key("key-1")).await.err(), Some(DiscoveryError::JwksElsewhere));
    assert_eq!(keys.connections(), 0);

    let mut settings = settings();
    settings.jwks_hosts = JwksHosts::IssuerAnd(vec![keys.id.authority().to_owned()]);
    let (permissive, _) = resolver(settings);
    assert!(permissive.jwks(&server.key("key-1")).await.is_ok());
}

#[tokio::test]
async fn a_stranger_is_not_asked_where_strangers_are_refused() {
    let (server, friend) = (Hostile::agent().await, Hostile::agent().await);
    let mut settings = settings();
    settings.strangers = Strangers::Refuse;
    settings.trusted = vec![friend.id.clone()];
    let (resolver, _) = resolver(settings);
    assert_eq!(resolver.jwks(&server.key("key-1")).await.err(), Some(DiscoveryError::IssuerRefused));
    assert_eq!(server.connections(), 0);
    assert!(resolver.jwks(&friend.key("key-1")).await.is_ok());
}

#[tokio::test]
async fn fetches_for_strangers_are_limited_and_those_for_the_trusted_are_not() {
    let (slow, other, friend) = (Hostile::agent().await, Hostile::agent().await, Hostile::agent().await);
    slow.on(DOCUMENT, Reply::Hang);
    let mut settings = settings();
    settings.fetches = 1;
    settings.limits.total = Duration::from_millis(500);
    settings.trusted = vec![friend.id.clone()];
    let (resolver, _) = resolver(settings);
    let (id, busy) = (slow.id.clone(), resolver.clone());
    let held_up = tokio::spawn(async move { busy.agent(&id).await });
    while slow.connections() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(resolver.agent(&friend.id).await.is_ok(), "the trusted do not wait");
    assert!(resolver.agent(&other.id).await.is_ok(), "a stranger waits for its turn");
    let timeout = DiscoveryError::Timeout { limit: Duration::from_millis(500) };
    assert_eq!(held_up.await.unwrap(), Err(timeout));
}

fn public(script: &Arc<Script>) -> HttpResolver {
    let clock = Arc::new(FakeClock::at(FakeClock::TRACE));
    let lookup: Arc<Script> = Arc::clone(script);
    HttpResolver::with_lookup(Settings::resource(Network::Public), clock, lookup).unwrap()
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused() {
    let id = ServerId::parse("https://agent.example", Network::Public).unwrap();
    for (address, range) in [
        ("127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("169.254.169.254", "link-local"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "ipv4-mapped"),
        ("fd00::1", "unique local"),
        ("64:ff9b::7f00:1", "nat64"),
    ] {
        let resolver = public(&Script::new(&[&[address]]));
        assert_eq!(resolver.agent(&id).await, Err(DiscoveryError::AddressRefused { range }), "{address}");
    }
}

#[tokio::test]
async fn one_address_inside_refuses_the_public_ones_beside_it() {
    let id = ServerId::parse("https://agent.example", Network::Public).unwrap();
    let resolver = public(&Script::new(&[&["93.184.215.14", "192.168.0.1"]]));
    assert_eq!(resolver.agent(&id).await, Err(DiscoveryError::AddressRefused { range: "private" }));
}

#[tokio::test]
async fn a_name_without_address_is_told_apart() {
    let id = ServerId::parse("https://agent.example", Network::Public).unwrap();
    for script in [Script::new(&[]), Script::new(&[&[]])] {
        assert_eq!(public(&script).agent(&id).await, Err(DiscoveryError::NoAddress));
    }
}

#[tokio::test]
async fn a_public_name_may_not_lead_to_loopback_even_where_loopback_is_allowed() {
    let id = ServerId::parse("https://agent.example", Network::Public).unwrap();
    let clock = Arc::new(FakeClock::at(FakeClock::TRACE));
    let resolver = HttpResolver::with_lookup(settings(), clock, Script::new(&[&["127.0.0.1"]])).unwrap();
    assert_eq!(resolver.agent(&id).await, Err(DiscoveryError::AddressRefused { range: "loopback" }));
}

#[tokio::test]
async fn a_fetch_looks_up_once_and_connects_to_what_was_checked() {
    let server = Hostile::named("http://localhost").await;
    server.serve_document();
    server.on("/jwks.json", json(KEYS));
    let script = Script::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let clock = Arc::new(FakeClock::at(FakeClock::TRACE));
    let lookup: Arc<Script> = Arc::clone(&script);
    let resolver = HttpResolver::with_lookup(settings(), clock, lookup).unwrap();

    assert!(resolver.agent(&server.id).await.is_ok(), "the second answer is not asked for");
    assert_eq!((script.asked.load(Ordering::SeqCst), server.connections()), (1, 1));

    // The key set is another fetch: it looks up again, and what it finds now is refused.
    let refused = DiscoveryError::AddressRefused { range: "localhost away from loopback" };
    assert_eq!(resolver.jwks(&server.key("key-1")).await.err(), Some(refused));
    assert_eq!((script.asked.load(Ordering::SeqCst), server.connections()), (2, 1));
}

#[tokio::test]
async fn https_speaks_tls_with_the_provider_that_is_built_in() {
    let server = Hostile::named("https://localhost").await;
    let (resolver, _) = resolver(settings());
    assert_eq!(resolver.agent(&server.id).await, Err(DiscoveryError::Unreachable));
    assert_eq!(server.requests(), ["ClientHello"]);
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let port = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let id = ServerId::parse(&format!("http://127.0.0.1:{port}"), Network::InsecureLoopback).unwrap();
    let (resolver, _) = resolver(settings());
    assert_eq!(resolver.agent(&id).await, Err(DiscoveryError::Unreachable));
}

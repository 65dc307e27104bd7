//! Pages of others that want the person's decision.

use axum::Router;
use axum::response::Html;
use axum::routing::get;

use crate::browse;
use crate::driver::Kind;
use crate::person::{control, heading};
use crate::world::{World, serve};

#[tokio::test]
async fn a_forged_form_token_is_refused_and_changes_nothing() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        browser
            .run("for (const token of document.getElementsByName('csrf')) token.value = 'A'.repeat(43)")
            .await;
        browser.send(control::ALLOW).await;
        browser.reaches(heading::NOT_ACCEPTED).await;
        let status = "return performance.getEntriesByType('navigation')[0].responseStatus";
        assert_eq!(browser.run(status).await, 403);
        world.still_waits(&open).await;
    })
    .await;
}

#[tokio::test]
async fn the_form_token_of_another_person_is_refused() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        let stolen = browser.run("return document.getElementsByName('csrf')[0].value").await;
        browser.send("button[value=logout]").await;
        browser.reaches(heading::SIGN_IN).await;
        browser.sign_in("bob", "two").await;
        browser.reaches(heading::CONSENT).await;
        let put = format!("for (const token of document.getElementsByName('csrf')) token.value = {stolen}");
        browser.run(&put).await;
        browser.send(control::ALLOW).await;
        browser.reaches(heading::NOT_ACCEPTED).await;
        world.still_waits(&open).await;
    })
    .await;
}

#[tokio::test]
async fn a_form_on_another_site_is_refused() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        let members = browser
            .run("return [...document.querySelectorAll('.decision input[type=hidden]')].map(x => x.outerHTML).join('')")
            .await;
        let form = format!(
            "<h1>A prize</h1><form method=post action=\"{}\">{}<button name=consent value=grant>Win</button></form>",
            world.page(),
            members.as_str().unwrap()
        );
        browser.go(&elsewhere(form).await).await;
        browser.reaches("A prize").await;
        browser.send("button").await;
        browser.reaches(heading::NOT_ACCEPTED).await;
        world.still_waits(&open).await;
    })
    .await;
}

#[tokio::test]
async fn the_page_does_not_appear_in_a_frame_of_another_site() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        let harmless = elsewhere("<h1>Harmless</h1>".to_owned()).await;
        let frames = format!("<h1>Frames</h1>{}{}", frame(&harmless), frame(&open.link));
        browser.go(&elsewhere(frames).await).await;
        browser.reaches("Frames").await;
        browser.client().enter_frame(0).await.unwrap();
        browser.reaches("Harmless").await;
        browser.client().enter_parent_frame().await.unwrap();
        browser.client().enter_frame(1).await.unwrap();
        assert_eq!(browser.count("button").await, 0);
        assert!(!browser.source().await.contains("Example Accounts"));
        assert_eq!(browser.run("return location.protocol").await, "chrome-error:");
        world.still_waits(&open).await;
    })
    .await;
}

/// Another page, on another origin and, by its name, another site than the auth server's.
async fn elsewhere(body: String) -> String {
    let page = Html(format!("<!doctype html><title>elsewhere</title>{body}"));
    let port = serve(Router::new().route("/", get(|| async move { page }))).await;
    format!("http://localhost:{port}/")
}

fn frame(url: &str) -> String {
    format!("<iframe src=\"{url}\" width=400 height=400></iframe>")
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        let cookies = browser.client().get_all_cookies().await.unwrap();
        let [cookie] = &cookies[..] else { panic!("{cookies:?}") };
        let same_site = cookie.same_site().map(|same_site| same_site.to_string());
        assert_eq!((cookie.http_only(), same_site.as_deref()), (Some(true), Some("Lax")));
        assert_eq!((cookie.path(), cookie.expires()), (Some("/"), None));
        assert_eq!(browser.run("return document.cookie").await, "");
    })
    .await;
}

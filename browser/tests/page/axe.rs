//! An accessibility checker looks at every page.

use serde_json::Value;

use crate::driver::{Browser, Kind};
use crate::person::{control, heading};
use crate::remember::remembers;
use crate::world::World;
use crate::{browse, setting};

/// Checks the page as it stands, light and dark: no serious or critical finding.
pub(crate) async fn check(browser: &Browser, axe: &str, page: &str) {
    for scheme in ["light", "dark"] {
        browser.prefers(scheme).await;
        let script = format!(
            "const done = arguments[arguments.length - 1]; {axe}; \
             axe.run(document).then(found => done(found.violations.concat(found.incomplete
               .filter(rule => rule.id === 'color-contrast'))
               .filter(rule => ['serious', 'critical'].includes(rule.impact))
               .map(rule => [rule.id, rule.nodes.map(node => node.html + ' ' + node.failureSummary)])),
             fault => done(String(fault)))"
        );
        let found = browser.run_async(&script).await;
        assert_eq!(found, Value::Array(Vec::new()), "{page}, {scheme}: {found:#}");
    }
    let landmarks =
        browser.run("return ['header', 'main', 'h1'].map(x => document.querySelectorAll(x).length)").await;
    assert_eq!(landmarks, serde_json::json!([1, 1, 1]), "{page}");
}

/// The checker itself, where it is at hand.
pub(crate) fn script() -> Option<String> {
    setting("AAUTH_TEST_AXE").map(|path| std::fs::read_to_string(path).unwrap())
}

#[tokio::test]
async fn no_page_has_a_serious_finding() {
    let Some(axe) = script() else { return };
    browse(Kind::Ordinary, async |browser| {
        let world = World::with(remembers).await;
        let open = world.open().await;
        let check = async |page: &str| check(browser, &axe, page).await;
        browser.go(&world.page()).await;
        check("code").await;
        browser.type_code("AAAAAAAA").await;
        check("wrong or expired code").await;
        browser.go(&open.link).await;
        check("sign-in").await;
        browser.sign_in("ada", "guessed").await;
        check("wrong password").await;
        browser.sign_in("ada", "a password").await;
        browser.reaches(heading::CONSENT).await;
        check("consent").await;
        browser.fill("#question", "Which calendar?").await;
        browser.send(control::ASK).await;
        world.poll(&open).await;
        check("asked").await;
        world.answer(&open, &"A long answer. ".repeat(60)).await;
        browser.send(control::ALLOW).await;
        check("changed, answered").await;
        browser.send(control::ALLOW).await;
        browser.reaches(heading::ALLOWED).await;
        check("allowed").await;

        let open = world.open().await;
        browser.go(&open.link).await;
        browser.run("for (const token of document.getElementsByName('csrf')) token.value = 'x'").await;
        browser.send(control::DENY).await;
        browser.reaches(heading::NOT_ACCEPTED).await;
        check("refused form").await;

        browser.go(&format!("{}/grants", world.origin())).await;
        browser.reaches(heading::GRANTS).await;
        check("what is remembered").await;
    })
    .await;
}

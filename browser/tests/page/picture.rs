//! Pictures of the pages, as they stand in `docs/pictures`.
//!
//! `AAUTH_PICTURES=docs/pictures cargo test -p browser picture` writes them there (the path is taken from the root of the
//! workspace); without the variable it is only checked that they can be made.

use std::path::{Path, PathBuf};

use crate::browse;
use crate::driver::{Browser, Kind};
use crate::person::{control, heading};
use crate::world::World;

/// Largest picture, in bytes.
const LARGEST: usize = 150 * 1000;

/// Where the pictures go.
struct Album(Option<PathBuf>);

impl Album {
    #[expect(clippy::disallowed_methods, reason = "the variable is how the pictures are written")]
    fn open() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        Self(std::env::var("AAUTH_PICTURES").ok().map(|folder| root.join(folder)))
    }

    /// Takes the page as far as the decision, or all of it where there is none.
    async fn take(&self, browser: &Browser, name: &str) {
        let picture =
            browser.picture(if browser.count(".decision").await == 1 { ".decision" } else { "main" }).await;
        assert!(picture.starts_with(b"\x89PNG"), "{name}");
        if let Some(folder) = &self.0 {
            assert!(picture.len() < LARGEST, "{name}: {} bytes", picture.len());
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
        }
    }
}

#[tokio::test]
async fn the_pages_can_be_pictured_light_dark_and_on_a_phone() {
    browse(Kind::Ordinary, async |browser| {
        let album = Album::open();
        let world = World::start().await;
        let open = world.open().await;
        browser.sized(660, 600, 1.0).await;
        browser.prefers("light").await;
        browser.go(&world.page()).await;
        album.take(browser, "code").await;
        browser.go(&open.link).await;
        album.take(browser, "sign-in").await;
        browser.sign_in("ada", "a password").await;
        browser.reaches(heading::CONSENT).await;
        album.take(browser, "consent-light").await;
        browser.prefers("dark").await;
        album.take(browser, "consent-dark").await;
        browser.prefers("light").await;

        browser.fill("#question", "Which calendar?").await;
        browser.send(control::ASK).await;
        world.poll(&open).await;
        world.answer(&open, "Only the one named Home.").await;
        browser.send("section.claims a").await;
        browser.sized(360, 740, 1.0).await;
        album.take(browser, "consent-phone").await;
        browser.sized(660, 600, 1.0).await;
        browser.send(control::ALLOW).await;
        browser.reaches(heading::ALLOWED).await;
        album.take(browser, "allowed").await;
    })
    .await;
}

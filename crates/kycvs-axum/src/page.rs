//! The pages that people see: the consent page that any site embeds, and the page that verifies.
//!
//! They work without script: every step is a form, and its answer a page. With script, `page.js` sends the same forms and
//! puts the answer in the place of the step.

mod answers;
mod asking;
pub(crate) mod assets;
mod brand;
mod certificate;
mod confirming;
mod ends;
mod form;
mod gallery;
mod icons;
mod kept_key;
mod leave;
mod link;
mod logo;
mod me;
mod me_view;
mod needs;
mod packed;
mod people;
mod sample;
mod steps;
mod texts;
mod upload;
mod verify;
mod view;
mod visit;
mod withdraw;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub use brand::{Brand, BrandError, Theme};
pub use logo::Logo;
pub(crate) use view::Pages;

use crate::app::App;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/embed/{id}", get(visit::show).post(visit::act))
        .route("/l/{link}", get(link::show).post(link::act))
        .route("/me", get(me::show).post(me::act))
        .route("/sandbox/gallery", get(gallery::list))
        .route("/sandbox/gallery/{scene}", get(gallery::scene))
        .route("/w", get(withdraw::show).post(withdraw::withdraw))
        .merge(verify::routes())
}

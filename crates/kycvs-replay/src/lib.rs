#![doc = include_str!("../README.md")]
//!
//! | file | one idea |
//! |---|---|
//! | `dice.rs` | what chance decides, from a seed |
//! | `world.rs` | time, turns and the trace |
//! | `store.rs` | stores that are slow, fail, and lose replies |
//! | `gateway.rs` | messages that arrive, arrive late, or do not |
//! | `host.rs` | hosts over the same stores |
//! | `people.rs` | what travellers, guessers and a keeper do |
//! | `books.rs` | what must hold, whatever happens |
//! | `plant.rs` | bugs that these rules must find |

mod books;
mod dice;
mod gateway;
mod host;
mod people;
mod plant;
mod registry;
mod store;
mod world;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use anyhow::Result;

use books::Books;
use host::Hosts;
use people::Actor;
use world::World;

pub use plant::Plant;

/// What one seed gave.
#[derive(Debug)]
pub struct Replay {
    /// What happened, in its order; the same seed gives the same lines.
    pub trace: Vec<String>,
    /// The rules that were broken; none when all held.
    pub broken: Vec<String>,
}

/// No flow takes as many turns. One that does is stuck.
const MAX_TURNS: usize = 200_000;

/// Replays the flows of a seed, with a bug planted or without.
///
/// # Errors
/// A service that cannot be built.
pub fn replay(seed: u64, plant: Option<Plant>) -> Result<Replay> {
    let world = Arc::new(World::new(seed, plant));
    let books = Arc::new(Books::default());
    let hosts = Arc::new(Hosts::over(&world)?);
    let mut actors: Vec<_> = people::actors(&world, &hosts, &books)?.into_iter().map(Actor::act).collect();
    while !actors.is_empty() {
        let next = world.dice.below(actors.len());
        if poll(&mut actors[next]).is_some() {
            drop(actors.swap_remove(next));
        }
        if world.turn() > MAX_TURNS {
            books.broken("a call never ended");
            break;
        }
    }
    finish(world.calmly(people::settle(&world, &hosts, &books)));
    let broken = books.verdict(&world);
    Ok(Replay { trace: world.trace(), broken })
}

/// Runs to its end what nothing interrupts.
fn finish(future: impl Future<Output = ()>) {
    let mut future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    while poll(&mut future).is_none() {}
}

fn poll<T>(future: &mut Pin<Box<dyn Future<Output = T> + '_>>) -> Option<T> {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
}

//! What the page calls.

use std::cell::RefCell;

use crate::answer;

/// Longer than a policy file and a history may be; what is more is cut, and then no JSON.
const MAX_QUESTION_BYTES: usize = 1 << 20;

thread_local! {
    static QUESTION: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Adds a byte to the question.
#[expect(unsafe_code, reason = "a name is exported to the page; no memory is touched")]
#[unsafe(no_mangle)]
pub extern "C" fn put(byte: u8) {
    QUESTION.with_borrow_mut(|question| {
        if question.len() < MAX_QUESTION_BYTES {
            question.push(byte);
        }
    });
}

/// Answers the question, and gives the length of the answer.
#[expect(unsafe_code, reason = "a name is exported to the page; no memory is touched")]
#[unsafe(no_mangle)]
pub extern "C" fn run() -> u32 {
    let question = QUESTION.take();
    let answer = answer(&question).into_bytes();
    let length = u32::try_from(answer.len()).unwrap_or(0);
    ANSWER.set(answer);
    length
}

/// A byte of the answer; 0 past its end.
#[expect(unsafe_code, reason = "a name is exported to the page; no memory is touched")]
#[unsafe(no_mangle)]
pub extern "C" fn get(index: u32) -> u8 {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    ANSWER.with_borrow(|answer| answer.get(index).copied().unwrap_or(0))
}

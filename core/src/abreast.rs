//! One work for many things, on two cores where it is much.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::error::Result;

/// Does the work with each item and gives the answers in the order of the items, or the first
/// error that getting them met. While the caller still gets them, another core has begun.
/// `weight` is what all of them have to read, in bytes: a little is done where the caller is.
///
/// One helper and no more: three were slower on two cores, and asking how many there are would
/// read files of the system.
pub(crate) fn abreast<T: Send, R: Send>(
    items: impl Iterator<Item = Result<T>>,
    weight: usize,
    work: impl Fn(T) -> R + Sync,
) -> Result<Vec<R>> {
    let queue = Queue { waiting: Mutex::new((VecDeque::new(), true)), news: Condvar::new() };
    let share = || -> Vec<(usize, R)> {
        std::iter::from_fn(|| queue.next()).map(|(place, item)| (place, work(item))).collect()
    };
    let mut done = thread::scope(|scope| -> Result<_> {
        // A phone that has no thread to spare does it all here.
        let spawn = || thread::Builder::new().spawn_scoped(scope, share).ok();
        let helper = if weight < MUCH { None } else { spawn() };
        let end = End(&queue);
        for (place, item) in items.enumerate() {
            queue.lock().0.push_back((place, item?));
            queue.news.notify_one();
        }
        drop(end);
        let mut done = share();
        if let Some(helper) = helper {
            done.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        Ok(done)
    })?;
    done.sort_unstable_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, answer)| answer).collect())
}

/// What waits, and whether more is to come. The standard library's channel does the same and would
/// take 18 KB more of every phone's library.
struct Queue<T> {
    waiting: Mutex<(VecDeque<(usize, T)>, bool)>,
    news: Condvar,
}

impl<T> Queue<T> {
    /// The next item, once it is there; nothing when there will be none.
    fn next(&self) -> Option<(usize, T)> {
        let waiting = self.lock();
        let mut waiting = self
            .news
            .wait_while(waiting, |(items, more)| items.is_empty() && *more)
            .unwrap_or_else(PoisonError::into_inner);
        waiting.0.pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, (VecDeque<(usize, T)>, bool)> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// No more is to come, whichever way the caller ended: nobody waits for ever.
struct End<'a, T>(&'a Queue<T>);

impl<T> Drop for End<'_, T> {
    fn drop(&mut self) {
        self.0.lock().1 = false;
        self.0.news.notify_all();
    }
}

/// A millisecond of work, some twenty times what it takes to start the helper. A usual diary is
/// smaller as a whole.
const MUCH: usize = 256 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn answers_come_in_the_order_of_the_items() {
        for weight in [0, MUCH] {
            for items in [0, 1, 2, 100] {
                let answers = abreast((0..items).map(Ok), weight, |n: usize| {
                    thread::yield_now();
                    n * 2
                });
                assert!(answers.unwrap().into_iter().eq((0..items).map(|n| n * 2)));
            }
        }
    }

    #[test]
    fn little_is_done_where_the_caller_is() {
        let here = thread::current().id();
        let all = abreast((0..100).map(Ok), MUCH - 1, |_: u8| thread::current().id());
        assert!(all.unwrap().into_iter().all(|id| id == here));
    }

    #[test]
    fn an_error_among_the_items_is_the_answer() {
        for weight in [0, MUCH] {
            let items = (0..50).map(|n| if n == 30 { Err(Error::Full) } else { Ok(n) });
            assert_eq!(abreast(items, weight, |n: u8| n), Err(Error::Full));
        }
    }

    #[test]
    fn a_panic_on_either_core_is_the_callers() {
        let result = std::panic::catch_unwind(|| {
            abreast((0..50).map(Ok), MUCH, |n: u8| assert_ne!(n, 49, "the last one"))
        });
        assert!(result.is_err());
    }
}

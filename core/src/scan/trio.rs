//! Three finder patterns that could be the corners of one code.

use super::finder::{Finder, Finders};
use super::perspective::Perspective;
use super::point::{Point, cross, dot, length, scaled, sub};
use super::runs::{Slack, finder_like, fixed, through};
use super::threshold::Bits;
use super::work::Work;

/// A corner and its two neighbours, clockwise in the picture.
#[derive(Clone, Copy)]
pub(super) struct Trio {
    /// Places in the list of finders: the corner between the others, then right, then down.
    pub(super) of: [u16; 3],
    /// 0 for a perfect set; above 3 only by accident.
    pub(super) score: f32,
    /// Modules from centre to centre.
    pub(super) span: f32,
    /// Module sizes: corner towards right, right towards corner, corner towards down, down
    /// towards corner. Their ratios are the perspective.
    pub(super) modules: [f32; 4],
}

/// Candidates of one picture, the best first; buffers are kept between frames.
#[derive(Default)]
pub(super) struct Trios {
    pub(super) found: Vec<Trio>,
    order: Vec<u16>,
    near: Vec<(f32, u16)>,
}

impl Trios {
    /// Pairs every pattern with its nearest dozen of the same kind: enough for every code, and
    /// a bound on what a picture full of patterns can cost.
    pub(super) fn search(&mut self, finders: &Finders, bits: &Bits, work: &mut Work) {
        self.found.clear();
        self.found.reserve_exact(MOST);
        self.near.reserve_exact(CHOSEN);
        let list = &finders.found;
        self.choose(finders);
        for place in 0..self.order.len() {
            let corner = self.order[place];
            if !work.spend(8 * self.order.len()) {
                break;
            }
            self.neighbours(list, corner, place < TOP);
            for i in 0..self.near.len() {
                for j in i + 1..self.near.len() {
                    let pair = [self.near[i].1, self.near[j].1];
                    if !work.spend(20) || self.found.len() >= MOST {
                        break;
                    }
                    self.found.extend(judge(finders, bits, corner, pair, work));
                }
            }
        }
        self.found.sort_unstable_by(|a, b| a.score.total_cmp(&b.score).then(a.of.cmp(&b.of)));
    }

    fn choose(&mut self, finders: &Finders) {
        let list = &finders.found;
        self.order.clear();
        self.order.reserve_exact(list.capacity());
        self.order.extend((0..list.len()).filter(|&i| !list[i].used).map(|i| i as u16));
        let rank = |i: u16| list[usize::from(i)].rank(finders.step);
        self.order.sort_unstable_by(|&a, &b| rank(a).total_cmp(&rank(b)).then(a.cmp(&b)));
        self.order.truncate(CHOSEN);
    }

    /// The nearest twelve; for the best patterns also the other best ones, however far.
    fn neighbours(&mut self, list: &[Finder], corner: u16, top: bool) {
        let b = &list[usize::from(corner)];
        self.near.clear();
        for (rank, &i) in self.order.iter().enumerate() {
            let f = &list[usize::from(i)];
            if i == corner
                || f.light != b.light
                || f.module >= 2.6 * b.module
                || b.module >= 2.6 * f.module
            {
                continue;
            }
            let far = length(sub(f.centre, b.centre));
            if (9.0..260.0).contains(&(far / (f.module * b.module).sqrt())) {
                // The best ones sort as if they stood at the end, and are kept from there.
                let key = if top && rank < TOP { far } else { far + FAR };
                self.near.push((key, i));
            }
        }
        self.near.sort_unstable_by(|p, q| {
            let real = |k: f32| if k >= FAR { k - FAR } else { k };
            real(p.0).total_cmp(&real(q.0)).then(p.1.cmp(&q.1))
        });
        let mut place = 0;
        self.near.retain(|&(key, _)| {
            place += 1;
            place <= NEAREST || key < FAR
        });
    }
}

/// Puts two neighbours in order around a corner and tells how well the three fit.
fn judge(
    finders: &Finders,
    bits: &Bits,
    corner: u16,
    [p, q]: [u16; 2],
    work: &mut Work,
) -> Option<Trio> {
    let list = &finders.found;
    let get = |i: u16| &list[usize::from(i)];
    let turned =
        cross(sub(get(p).centre, get(corner).centre), sub(get(q).centre, get(corner).centre));
    let of = if turned < 0.0 { [corner, q, p] } else { [corner, p, q] };
    let [b, p, q] = of.map(get);
    let (u, v) = (sub(p.centre, b.centre), sub(q.centre, b.centre));
    let (lu, lv) = (length(u), length(v));
    let lean = (dot(u, v) / (lu * lv)).abs();
    if lean > 0.86 || lu > 3.2 * lv || lv > 3.2 * lu {
        return None;
    }
    let (du, dv) = (lu / (b.module * p.module).sqrt(), lv / (b.module * q.module).sqrt());
    if (du - dv).abs() > 0.55 * (du + dv) {
        return None;
    }
    // What is certain already may be too much.
    let ranks = b.rank(finders.step) + p.rank(finders.step) + q.rank(finders.step);
    if lean * 0.8 + ranks * 0.8 >= MOST_SCORE {
        return None;
    }
    work.spend(300 + 120 * b.module as usize);
    let size = |a: &Finder, t: &Finder| size_towards(bits, a, t.centre).unwrap_or(a.module);
    let modules = [size(b, p), size(p, b), size(b, q), size(q, b)];
    let (nu, nv) = (lu / (modules[0] * modules[1]).sqrt(), lv / (modules[2] * modules[3]).sqrt());
    let span = (nu + nv) / 2.0;
    let skew = (nu - nv).abs() / span;
    if skew > 0.35 || !(12.0..172.0).contains(&span) {
        return None;
    }
    work.spend(600);
    let fit = template_fit(bits, [b, p, q], &modules, span)?;
    // How far the ratios are from 1, both ways alike.
    let uneven = |a: f32, b: f32| (a.max(b) / a.min(b)).min(4.0) - 1.0;
    let score = skew * 2.0
        + lean * 0.8
        + (uneven(modules[0], modules[1]) + uneven(modules[2], modules[3])) * 0.4
        + 0.8 * ranks
        + 3.0 * (1.0 - fit);
    (score < MOST_SCORE).then_some(Trio { of, score, span, modules })
}

/// The module size at a pattern along the direction to another: its outer edges lie seven
/// modules apart. Where dirt or a speck of light spoils a run, the middle one of three measures
/// counts: the whole, the inner five, the stone.
fn size_towards(bits: &Bits, at: &Finder, to: Point) -> Option<f32> {
    let way = sub(to, at.centre);
    let far = way[0].abs().max(way[1].abs());
    let step = scaled(way, 0.5 / far);
    let place = [fixed(at.centre[0]), fixed(at.centre[1])];
    let most = (at.module * 6.0) as u32 + 6;
    let (runs, _) =
        through(bits, place, [fixed(step[0]), fixed(step[1])], most, u8::from(!at.light))?;
    let pace = length(step);
    let whole = runs.iter().sum::<u32>() as f32 * pace / 7.0;
    if finder_like(&runs, Slack(10)) {
        return Some(whole);
    }
    let inner = (runs[1] + runs[2] + runs[3]) as f32 * pace / 5.0;
    let stone = runs[2] as f32 * pace / 3.0;
    Some(whole.min(inner).max(whole.max(inner).min(stone)))
}

/// The worst pattern's agreement with the 7 by 7 template, in the perspective that the module
/// sizes tell.
fn template_fit(bits: &Bits, of: [&Finder; 3], modules: &[f32; 4], span: f32) -> Option<f32> {
    let map = Perspective::from_finders(of.map(|f| f.centre), modules, span);
    let dark = u8::from(!of[0].light);
    let mut worst = 1f32;
    for [u0, v0] in [[0.5, 0.5], [span + 0.5, 0.5], [0.5, span + 0.5]] {
        let mut right = 0;
        for i in 0..49u8 {
            let (x, y) = (i % 7, i / 7);
            let at = map.at(u0 + f32::from(x), v0 + f32::from(y)).map(fixed);
            let want = if x.abs_diff(3).max(y.abs_diff(3)) == 2 { dark ^ 1 } else { dark };
            right += i32::from(bits.at(at[0], at[1]) == Some(want));
        }
        worst = worst.min(right as f32 / 49.0);
        if worst < 0.58 {
            return None;
        }
    }
    Some(worst)
}

/// Patterns that may be corners.
const CHOSEN: usize = 240;
/// The best of them, which are paired over any distance.
const TOP: usize = 16;
const NEAREST: usize = 12;
/// Farther than any two points of a picture.
const FAR: f32 = 1e6;
const MOST: usize = 2048;
/// Above this three patterns stand together by accident.
const MOST_SCORE: f32 = 3.0;

//! The box on the wire: one size, one shape, for one upload key of one deployment.

use super::reply::ReplyKey;
use super::request::Request;
#[cfg(feature = "publish")]
use super::rule::ShareRule;
use crate::seal::{ENC_LEN, KeyId, Random, TAG_LEN, seal_to, upload_key_id};
#[cfg(feature = "publish")]
use crate::{seal::UploadSecret, wire::Reader};

/// Seals a request to an upload key of a deployment. `None` if it does not fit, or for what is no
/// upload key.
#[must_use]
pub fn seal(
    request: &Request,
    deployment: &[u8; 16],
    key: &[u8; 32],
    random: &mut dyn Random,
) -> Option<(Vec<u8>, ReplyKey)> {
    let id = upload_key_id(key);
    let place = place(id);
    let mut text = request.encode()?;
    let (enc, tag, reply) = seal_to(key, random, &info(deployment, id), &place, &mut text)?;
    let sealed = [&place[..], &enc, &text, &tag].concat();
    Some((sealed, ReplyKey::new(reply)))
}

/// To which upload key a box is sealed; `None` for what is no box.
#[must_use]
pub fn key_of(sealed: &[u8]) -> Option<KeyId> {
    let (begin, rest) = sealed.split_first_chunk::<PLACE_LEN>()?;
    let [mark, version, id @ ..] = *begin;
    let good = sealed.len() == BOX_LEN && mark == MARK && version == VERSION;
    (good && !rest.is_empty()).then_some(KeyId(id))
}

/// Opens a box with one of the authority's private halves: the request as bytes, for
/// [`Request::decode`], and the key under which the answer goes back.
///
/// # Errors
/// The rule that the box breaks.
#[cfg(feature = "publish")]
pub fn open(
    sealed: &[u8],
    deployment: &[u8; 16],
    secret: &UploadSecret,
) -> Result<(zeroize::Zeroizing<Vec<u8>>, ReplyKey), ShareRule> {
    if sealed.len() != BOX_LEN {
        return Err(ShareRule::BoxSize);
    }
    let mut r = Reader::new(sealed);
    if r.u8()? != MARK {
        return Err(ShareRule::BoxMark);
    }
    if r.u8()? != VERSION {
        return Err(ShareRule::BoxVersion);
    }
    let id = KeyId(r.array()?);
    if id != upload_key_id(&secret.derive_public()) {
        return Err(ShareRule::BoxKey);
    }
    let enc = r.array()?;
    let mut plain = zeroize::Zeroizing::new(r.take(PLAIN_LEN)?.to_vec());
    let tag = r.array()?;
    let reply = secret.open(&enc, &info(deployment, id), &place(id), &mut plain, &tag);
    Ok((plain, ReplyKey::new(reply.ok_or(ShareRule::BoxSeal)?)))
}

/// What stands before the seal, which also covers it.
fn place(id: KeyId) -> [u8; PLACE_LEN] {
    let [a, b, c, d] = id.0;
    [MARK, VERSION, a, b, c, d]
}

/// A box for one authority, or for one of its keys, does not open as one for another.
fn info(deployment: &[u8; 16], id: KeyId) -> Vec<u8> {
    [b"vaora/1/share", &[0][..], deployment, &id.0].concat()
}

/// Every box, real or cover.
pub const BOX_LEN: usize = 32 << 10;
/// What is left of it for the request.
pub(super) const PLAIN_LEN: usize = BOX_LEN - PLACE_LEN - ENC_LEN - TAG_LEN;
const PLACE_LEN: usize = 6;
const MARK: u8 = 0x53;
const VERSION: u8 = 1;

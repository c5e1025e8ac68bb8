//! The box of a shared diary: HPKE (RFC 9180) in base mode, with X25519, HKDF-SHA256 and
//! ChaCha20-Poly1305. Only the authority's private half opens it; both sides draw the key of the
//! reply from its exporter.

use std::convert::Infallible;

use hpke::aead::ChaCha20Poly1305;
use hpke::inout::InOutBuf;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeS, Serializable, setup_sender_with_rng};
use sha2::{Digest, Sha256};

use super::secret::{Random, Secret};
use super::{KeyId, first};

/// How boxes and files name an upload key, by the rule of every other key id.
#[must_use]
pub fn upload_key_id(key: &[u8; 32]) -> KeyId {
    let mut hash = Sha256::new();
    hash.update(b"vaora/1/key");
    hash.update(key);
    KeyId(first(&hash.finalize()))
}

/// Seals `plain` where it lies. Gives the encapsulated key, the tag, and the key under which the
/// answer comes back; `None` for what is no upload key.
pub(crate) fn seal_to(
    key: &[u8; 32],
    random: &mut dyn Random,
    info: &[u8],
    place: &[u8],
    plain: &mut [u8],
) -> Option<([u8; ENC_LEN], [u8; TAG_LEN], Secret)> {
    let key = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(key).ok()?;
    let mut random = Dice(random);
    let (enc, mut context) =
        setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &key,
            info,
            &mut random,
        )
        .ok()?;
    let tag = context.seal_inout_detached(InOutBuf::from(plain), place).ok()?;
    let mut exported = false;
    let reply = Secret::filled(|own| exported = context.export(REPLY, own).is_ok());
    exported.then(|| (enc.to_bytes().into(), tag.to_bytes().into(), reply))
}

/// The private half of an upload key. Only the authority has one, for its days and 21 more.
#[cfg(feature = "publish")]
pub struct UploadSecret(Secret);

#[cfg(feature = "publish")]
impl UploadSecret {
    /// From its 32 bytes.
    #[must_use]
    pub fn from_secret(secret: Secret) -> Self {
        Self(secret)
    }

    /// The 32 bytes, for its file.
    #[must_use]
    pub fn expose(&self) -> &[u8; Secret::LEN] {
        self.0.expose()
    }

    /// The public half, as the catalogue of upload keys names it.
    #[must_use]
    pub fn derive_public(&self) -> [u8; 32] {
        let secret = x25519_dalek::StaticSecret::from(*self.0.expose());
        x25519_dalek::PublicKey::from(&secret).to_bytes()
    }

    /// Opens where it lies what [`seal_to`] sealed; gives the key for the answer.
    pub(crate) fn open(
        &self,
        enc: &[u8; ENC_LEN],
        info: &[u8],
        place: &[u8],
        sealed: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Option<Secret> {
        let private = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(self.0.expose()).ok()?;
        let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(enc).ok()?;
        let tag = hpke::aead::AeadTag::<ChaCha20Poly1305>::from_bytes(tag).ok()?;
        let mut context = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &hpke::OpModeR::Base,
            &private,
            &enc,
            info,
        )
        .ok()?;
        context.open_inout_detached(InOutBuf::from(sealed), place, &tag).ok()?;
        let mut exported = false;
        let reply = Secret::filled(|own| exported = context.export(REPLY, own).is_ok());
        exported.then_some(reply)
    }
}

/// The caller's random numbers, as the library asks for them.
struct Dice<'a>(&'a mut dyn Random);

impl TryRng for Dice<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

/// [`Random`] promises bytes that nobody can predict.
impl TryCryptoRng for Dice<'_> {}

/// Length of an encapsulated key.
pub(crate) const ENC_LEN: usize = 32;
/// Length of a tag.
pub(crate) const TAG_LEN: usize = 16;
/// What the exporter is asked for.
const REPLY: &[u8] = b"vaora/1/share/reply";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::hex;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap()
    }

    /// Gives the bytes of the vector, once.
    struct Fixed([u8; 32]);

    impl Random for Fixed {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.copy_from_slice(&self.0);
        }
    }

    const INFO: &str = "4f6465206f6e2061204772656369616e2055726e";
    const IKM_E: &str = "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b";
    const ENC: &str = "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a";
    const PUBLIC: &str = "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a";
    const PRIVATE: &str = "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb";
    const PLAIN: &str = "4265617574792069732074727574682c20747275746820626561757479";
    const FIRST: &str = "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db\
                         21993c62ce81883d2dd1b51a28";
    const SECOND: &str = "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e\
                          85285337cc95ba5f59992dc98c";
    const EXPORTS: [(&[u8], &str); 3] = [
        (b"", "4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e"),
        (b"\0", "8c1df14732580e5501b00f82b10a1647b40713191b7c1240ac80e2b68808ba69"),
        (b"TestContext", "5acb09211139c43b3090489a9da433e8a30ee7188ba8b0a9a1ccf0c229283e53"),
    ];

    /// RFC 9180, A.2.1: the library in our features, fed by our random numbers.
    #[test]
    fn the_published_vectors_of_this_suite_hold() {
        let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&bytes::<32>(PUBLIC));
        let mut random = Fixed(bytes(IKM_E));
        let (enc, mut context) =
            setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
                &OpModeS::Base,
                &public.unwrap(),
                &bytes::<20>(INFO),
                &mut Dice(&mut random),
            )
            .unwrap();
        assert_eq!(hex::encode(&enc.to_bytes()), ENC);
        for (place, sealed) in [(b"Count-0", FIRST), (b"Count-1", SECOND)] {
            let mut text = bytes::<29>(PLAIN);
            let tag = context.seal_inout_detached(InOutBuf::from(&mut text[..]), place).unwrap();
            let got = hex::encode(&text) + &hex::encode(&tag.to_bytes());
            assert_eq!(got, sealed);
        }
        for (name, value) in EXPORTS {
            let mut out = [0; 32];
            context.export(name, &mut out).unwrap();
            assert_eq!(hex::encode(&out), value);
        }
    }

    /// The same vector through the two functions that everything else uses.
    #[test]
    fn sealing_and_opening_are_the_published_ones() {
        let (info, mut text) = (bytes::<20>(INFO), bytes::<29>(PLAIN));
        let mut random = Fixed(bytes(IKM_E));
        let (enc, tag, reply) =
            seal_to(&bytes(PUBLIC), &mut random, &info, b"Count-0", &mut text).unwrap();
        assert_eq!(hex::encode(&enc), ENC);
        assert_eq!(hex::encode(&text) + &hex::encode(&tag), FIRST);
        #[cfg(feature = "publish")]
        {
            let private =
                UploadSecret::from_secret(Secret::from_slice(&bytes::<32>(PRIVATE)).unwrap());
            assert_eq!(hex::encode(&private.derive_public()), PUBLIC);
            let again = private.open(&enc, &info, b"Count-0", &mut text, &tag).unwrap();
            assert_eq!(hex::encode(&text), PLAIN);
            assert_eq!(again.expose(), reply.expose());
            assert!(private.open(&enc, &info, b"Count-1", &mut text, &tag).is_none());
        }
        let _ = (PRIVATE, reply);
    }
}

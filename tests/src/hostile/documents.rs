//! Wrong manifests, roots and catalogues.

use vaora::seal::Purpose;
use vaora::text::hex;
use vaora::trust::Role;
use vaora_authority::keys::Signer;

use super::forge::{Forge, manifest, payload_of, role, root_file, sign};
use super::{Case, Files, Forged, Lie};

pub(super) fn cases() -> Vec<Case> {
    let table: &[(&str, &str, Forged)] = &[
        // Who signed it.
        ("manifest without a signature", "envelope-format", |f| signed_by(f, &[])),
        ("manifest signed by the catalogue role", "threshold", |f| signed_by(f, &["catalogue"])),
        ("manifest signed by the root role", "threshold", |f| signed_by(f, &["root"])),
        ("manifest signed by an issuer", "threshold", |f| signed_by(f, &["issuer"])),
        ("manifest signed by the upload role", "threshold", |f| signed_by(f, &["upload"])),
        ("manifest signed by a stranger", "threshold", |f| {
            let stranger = Signer::from_bytes(&[7; 32]).expect("a key");
            manifest(sign(Purpose::Manifest, f.payload().as_bytes(), &[stranger]))
        }),
        ("manifest with a stranger's signature under a true name", "threshold", |f| {
            let stranger = Signer::from_bytes(&[7; 32]).expect("a key");
            lines(f, |key| hex::encode(&stranger.sign(Purpose::Manifest, key.1)))
        }),
        ("manifest signed for another purpose", "threshold", |f| {
            lines(f, |(key, payload)| hex::encode(&key.sign(Purpose::Root, payload)))
        }),
        ("manifest with one signature twice", "envelope-order", twice),
        ("manifest with signatures out of order", "envelope-order", backwards),
        ("manifest with 33 signatures", "envelope-many", many),
        ("manifest with a signature of zeros", "threshold", |f| lines(f, |_| "0".repeat(128))),
        ("manifest with a signature of small order", "threshold", |f| {
            lines(f, |_| format!("01{}", "0".repeat(126)))
        }),
        ("manifest with a signature of a point that has two names", "threshold", |f| {
            // 1 + p: the neutral point, written as no canonical encoding writes it.
            lines(f, |_| format!("ee{}7f{}", "f".repeat(60), "0".repeat(64)))
        }),
        ("manifest with a non-canonical signature", "threshold", |f| {
            lines(f, |(key, payload)| plus_order(key.sign(Purpose::Manifest, payload)))
        }),
        ("manifest changed after it was signed", "threshold", |f| {
            let mut document = f.next["manifest"].clone();
            let last = document.len() - 3;
            document[last] ^= 1;
            manifest(document)
        }),
        ("root in the manifest's place", "envelope-purpose", |f| {
            manifest(f.next["root/1"].clone())
        }),
        ("nothing in the manifest's place", "envelope-format", |_| manifest(Vec::new())),
        ("noise in the manifest's place", "envelope-format", |_| manifest(vec![0xA5; 5000])),
        ("manifest with a byte behind its end", "json-canonical", |f| {
            f.signed_manifest(&format!("{}\n", f.payload()))
        }),
        ("manifest with a key twice", "json", |f| f.edited(&[("{", "{\"epoch\":1,")])),
        ("manifest with an unknown key", "json", |f| f.edited(&[("{", "{\"extra\":1,")])),
        // What it says.
        ("manifest of another deployment", "deployment", |f| {
            f.edited(&[(&hex::encode(&f.deployment), &"0".repeat(32))])
        }),
        ("manifest of a later epoch", "manifest-epoch", |f| {
            f.edited(&[("\"epoch\":1", "\"epoch\":2")])
        }),
        ("manifest of an earlier epoch", "manifest-epoch", |f| {
            f.edited(&[("\"epoch\":1", "\"epoch\":0")])
        }),
        ("manifest older than the one held", "rollback", |f| manifest(f.first["manifest"].clone())),
        ("manifest of the same number with other words", "changed", |f| {
            let text = payload_of(&f.held["manifest"]);
            let created = format!("\"created\":{}", f.held_manifest().created.unix());
            let later = format!("\"created\":{}", f.held_manifest().created.unix() + 1);
            assert!(text.contains(&created));
            f.signed_manifest(&text.replace(&created, &later))
        }),
        ("manifest far ahead", "manifest-jump", |f| numbered(f, f.next_sequence() + 200_000)),
        ("manifest at the end of numbers", "manifest-jump", |f| numbered(f, (1 << 53) - 1)),
        ("manifest beyond the end of numbers", "json", |f| numbered(f, 1 << 53)),
        ("manifest that ends before it was made", "manifest-times", |f| timed(f, 0, -1)),
        ("manifest that outlives its root", "manifest-times", |f| timed(f, 0, 500 * 86_400)),
        ("manifest from ten years ahead", "threshold", |f| timed(f, 3650 * 86_400, 3651 * 86_400)),
        ("manifest from before its keys", "threshold", |f| timed(f, -30 * 86_400, 86_400)),
        ("manifest that holds, by one key", "manifest-hold", |f| held_by(f, 3600, 1)),
        ("manifest that holds for four days", "manifest-hold", |f| held_by(f, 96 * 3600, 2)),
        ("manifest that holds since yesterday", "manifest-hold", |f| held_by(f, -86_400, 2)),
        ("manifest with a catalogue twice", "manifest-catalogues", |f| {
            let text = f.payload();
            let first = text.split("\"catalogues\":[").nth(1).and_then(|c| c.split("},").next());
            let entry = format!("{}}},", first.expect("there are some"));
            f.edited(&[("\"catalogues\":[", &format!("\"catalogues\":[{entry}"))])
        }),
        // Roots.
        ("root without a signature", "envelope-format", |f| {
            vec![root_file(2, sign(Purpose::Root, next_payload(f).as_bytes(), &[]))]
        }),
        ("root signed by one of two", "threshold", |f| {
            let one = &f.signers("root")[..1];
            vec![root_file(2, sign(Purpose::Root, next_payload(f).as_bytes(), one))]
        }),
        ("root signed by one of two, twice", "envelope-order", |f| {
            let root = sign(Purpose::Root, next_payload(f).as_bytes(), &f.signers("root")[..1]);
            vec![root_file(2, doubled(&root))]
        }),
        ("root signed by list keys", "threshold", |f| {
            let keys = f.signers("list");
            vec![root_file(2, sign(Purpose::Root, next_payload(f).as_bytes(), &keys))]
        }),
        ("root signed by its own new keys alone", "threshold", usurped),
        ("root that leaves one out", "root-step", |f| {
            vec![root_file(2, f.next_root(|draft| draft.version = 3))]
        }),
        ("root that repeats the one held", "root-step", |f| {
            vec![root_file(2, f.next["root/1"].clone())]
        }),
        ("roots in a circle", "root-step", |f| {
            let root = f.next_root(|_| {});
            (2..40).map(|version| root_file(version, root.clone())).collect()
        }),
        ("300 roots", "many-roots", |f| {
            let root = |version| root_file(version, f.next_root(|draft| draft.version = version));
            (2..302).map(root).collect()
        }),
        ("root of another deployment", "deployment", |f| {
            vec![root_file(2, f.next_root(|draft| draft.deployment = [9; 16]))]
        }),
        ("root two epochs on", "root-epoch", |f| {
            vec![root_file(2, f.next_root(|draft| draft.epoch = 3))]
        }),
        ("root an epoch back", "root-epoch", |f| {
            vec![root_file(2, f.next_root(|draft| draft.epoch = 0))]
        }),
        ("root of an epoch without a list", "manifest-epoch", |f| {
            vec![root_file(2, f.next_root(|draft| draft.epoch = 2))]
        }),
        ("root that has expired", "manifest-times", |f| {
            vec![root_file(2, f.next_root(|draft| draft.expires = draft.created))]
        }),
        ("root from the future", "threshold", |f| {
            vec![root_file(
                2,
                f.next_root(|draft| {
                    draft.created = draft.expires.plus(3650);
                    draft.expires = draft.created;
                }),
            )]
        }),
        ("root that expires before it was made", "root-expiry", |f| {
            let expires = format!("\"expires\":\"{}\"", f.root().expires());
            f.edited_root(&expires, "\"expires\":\"2020-01-01\"")
        }),
        ("root with a key of small order", "root-key", |f| {
            let key = hex::encode(f.root().keys(Role::List).1[0].key.as_bytes());
            f.edited_root(&key, &format!("01{}", "0".repeat(62)))
        }),
        ("root with a threshold of none", "root-threshold", |f| {
            f.edited_root("\"threshold\":2", "\"threshold\":0")
        }),
        ("root with one key for two roles", "root-key-ids", |f| {
            let list = hex::encode(f.root().keys(Role::List).1[0].key.as_bytes());
            let other = hex::encode(f.root().keys(Role::Catalogue).1[0].key.as_bytes());
            f.edited_root(&list, &other)
        }),
        ("root that takes the list keys away", "threshold", |f| {
            vec![root_file(
                2,
                f.next_root(|draft| {
                    let other = Signer::from_bytes(&[8; 32]).expect("a key");
                    let (first, last) = (draft.created, draft.expires);
                    *role(draft, Role::List) = (Role::List, 1, vec![other.valid(first, last)]);
                }),
            )]
        }),
        ("root of 300 KB", "too-large", |_| vec![root_file(2, vec![b'x'; 300_000])]),
        // Catalogues.
        ("catalogue with other bytes than its name", "catalogue", |f| {
            let mut bytes = policy(f).1.clone();
            bytes.reverse();
            unknown_policy(f, bytes)
        }),
        ("catalogue that is missing", "missing", |f| {
            let mut files = changed_policy(f, &[("\"cap\":3", "\"cap\":2")], 2);
            files.retain(|(path, _)| path == "manifest");
            files
        }),
        ("catalogue signed by list keys", "threshold", |f| {
            let edits = bumped(f, &[("\"cap\":3", "\"cap\":2")]);
            f.catalogue(Purpose::Policy, &borrow(&edits), &f.signers("list"))
        }),
        ("policy of the same version with other words", "changed", |f| {
            f.catalogue(Purpose::Policy, &[("\"cap\":3", "\"cap\":2")], &f.signers("catalogue"))
        }),
        ("policy of an earlier version", "rollback", |f| {
            let version = f.manifest().catalogue(Purpose::Policy).expect("a policy").version;
            let now = format!("\"version\":{version}");
            f.catalogue(Purpose::Policy, &[(&now, "\"version\":0")], &f.signers("catalogue"))
        }),
        ("policy that lets a province sleep, by one key", "policy-two-keys", |f| {
            changed_policy(f, &[("\"areas\":[]", ASLEEP)], 1)
        }),
        ("policy that lets a province sleep, by one key twice", "envelope-order", |f| {
            let files = changed_policy(f, &[("\"areas\":[]", ASLEEP)], 1);
            let (_, signed) = files.last().expect("the policy");
            let signed = signed.as_ref().expect("it is there");
            f.listed(Purpose::Policy, &doubled(signed), &payload_of(signed))
        }),
        (
            "policy that lets a province sleep, by a key of lists beside one",
            "policy-two-keys",
            |f| {
                let edits = bumped(f, &[("\"areas\":[]", ASLEEP)]);
                let mut keys = vec![f.signers("catalogue").remove(0), f.signers("list").remove(0)];
                keys.sort_by_key(Signer::id);
                f.catalogue(Purpose::Policy, &borrow(&edits), &keys)
            },
        ),
        ("policy that forgets after a week, by one key", "policy-two-keys", |f| {
            changed_policy(f, &[("\"retention\":21", "\"retention\":7")], 1)
        }),
        ("policy that keeps for a year", "policy-retention", |f| {
            changed_policy(f, &[("\"retention\":21", "\"retention\":255")], 2)
        }),
        ("policy of another deployment", "deployment", |f| {
            changed_policy(f, &[(&hex::encode(&f.deployment), &"0".repeat(32))], 2)
        }),
        ("advice without Vietnamese", "advice-vietnamese", |f| {
            let version = f.manifest().catalogue(Purpose::Advice).expect("advice").version;
            let (now, next) =
                (format!("\"version\":{version}"), format!("\"version\":{}", version + 1));
            let edits =
                [(now.as_str(), next.as_str()), ("\"language\":\"vi\"", "\"language\":\"vj\"")];
            f.catalogue(Purpose::Advice, &edits, &f.signers("catalogue"))
        }),
        ("advice in the policy's place", "envelope-purpose", |f| {
            let listed = *f.manifest().catalogue(Purpose::Advice).expect("advice");
            let bytes = f.next[&format!("catalogue/{}", hex::encode(&listed.hash))].clone();
            f.listed(Purpose::Policy, &bytes, &payload_of(&bytes))
        }),
    ];
    table.iter().map(|(name, error, lie)| Case { name, error, lie: Lie::Files(*lie) }).collect()
}

/// The honest payload, signed by all keys of some roles.
fn signed_by(forge: &Forge, roles: &[&str]) -> Files {
    let signers: Vec<Signer> = roles.iter().flat_map(|role| forge.signers(role)).collect();
    manifest(sign(Purpose::Manifest, forge.payload().as_bytes(), &signers))
}

/// The honest payload under one line with the first list key's name and any signature.
fn lines(forge: &Forge, signature: impl Fn((&Signer, &[u8])) -> String) -> Files {
    let (key, payload) = (&forge.signers("list")[0], forge.payload());
    let line = format!("{} {}", hex::encode(&key.id().0), signature((key, payload.as_bytes())));
    manifest(format!("vaora/1 manifest\n{line}\n\n{payload}").into_bytes())
}

/// The lines with signatures of the honest manifest, changed.
fn relined(forge: &Forge, change: impl FnOnce(&mut Vec<String>)) -> Files {
    let signed = sign(Purpose::Manifest, forge.payload().as_bytes(), &forge.signers("list"));
    let text = String::from_utf8(signed).expect("documents are text");
    let (head, payload) = text.split_once("\n\n").expect("it is honest");
    let mut lines: Vec<String> = head.lines().map(str::to_owned).collect();
    change(&mut lines);
    manifest(format!("{}\n\n{payload}", lines.join("\n")).into_bytes())
}

fn twice(forge: &Forge) -> Files {
    relined(forge, |lines| lines[2] = lines[1].clone())
}

/// A document with one signature, twice.
fn doubled(document: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(document.to_vec()).expect("documents are text");
    let mut lines: Vec<&str> = text.splitn(3, '\n').collect();
    lines.insert(1, lines[1]);
    lines.join("\n").into_bytes()
}

fn backwards(forge: &Forge) -> Files {
    relined(forge, |lines| lines.swap(1, 2))
}

fn many(forge: &Forge) -> Files {
    relined(forge, |lines| {
        let signature = lines[1].split(' ').nth(1).unwrap_or_default().to_owned();
        *lines = vec![lines[0].clone()];
        lines.extend((0..33).map(|number| format!("{number:08x} {signature}")));
    })
}

/// The same signature with its scalar increased by the order of the group.
fn plus_order(mut signature: [u8; 64]) -> String {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (byte, add) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    hex::encode(&signature)
}

fn numbered(forge: &Forge, number: u64) -> Files {
    let now = format!("\"epoch\":1,\"sequence\":{}", forge.next_sequence());
    forge.edited(&[(&now, &format!("\"epoch\":1,\"sequence\":{number}"))])
}

/// Made so many seconds later, and good until so many seconds after the honest time.
fn timed(forge: &Forge, created: i64, not_after: i64) -> Files {
    let made = forge.manifest().created.unix();
    let until = forge.manifest().not_after.unix();
    let now = format!("\"created\":{made},\"not_after\":{until}");
    let then = format!("\"created\":{},\"not_after\":{}", made + created, made + not_after);
    forge.edited(&[(&now, &then)])
}

fn held_by(forge: &Forge, seconds: i64, keys: usize) -> Files {
    let until = forge.manifest().created.unix() + seconds;
    let text = forge.payload().replace("\"hold\":0", &format!("\"hold\":{until}"));
    manifest(sign(Purpose::Manifest, text.as_bytes(), &forge.signers("list")[..keys]))
}

fn next_payload(forge: &Forge) -> String {
    payload_of(&forge.next_root(|_| {}))
}

/// Somebody who has no key makes a root that names only his.
fn usurped(forge: &Forge) -> Files {
    let own: Vec<Signer> = [[1; 32], [2; 32]].iter().filter_map(Signer::from_bytes).collect();
    let root = forge.next_root(|draft| {
        let (first, last) = (draft.created, draft.expires);
        let keys = own.iter().map(|key| key.valid(first, last)).collect();
        *role(draft, Role::Root) = (Role::Root, 2, keys);
    });
    vec![root_file(2, sign(Purpose::Root, payload_of(&root).as_bytes(), &own))]
}

fn policy(forge: &Forge) -> (String, Vec<u8>) {
    let listed = *forge.manifest().catalogue(Purpose::Policy).expect("a policy");
    let path = format!("catalogue/{}", hex::encode(&listed.hash));
    (path.clone(), forge.next[&path].clone())
}

/// A manifest that names a new policy, in whose place lie other bytes.
fn unknown_policy(forge: &Forge, bytes: Vec<u8>) -> Files {
    let mut files = changed_policy(forge, &[("\"cap\":3", "\"cap\":2")], 2);
    for (path, file) in &mut files {
        if path != "manifest" {
            *file = Some(bytes[..bytes.len().min(file.as_ref().map_or(0, Vec::len))].to_vec());
        }
    }
    files
}

/// The next version of the policy with some words replaced, signed by so many catalogue keys.
fn changed_policy(forge: &Forge, edits: &[(&str, &str)], keys: usize) -> Files {
    let edits = bumped(forge, edits);
    forge.catalogue(Purpose::Policy, &borrow(&edits), &forge.signers("catalogue")[..keys])
}

fn bumped(forge: &Forge, edits: &[(&str, &str)]) -> Vec<(String, String)> {
    let version = forge.manifest().catalogue(Purpose::Policy).expect("a policy").version;
    let mut all = vec![(format!("\"version\":{version}"), format!("\"version\":{}", version + 1))];
    all.extend(edits.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())));
    all
}

fn borrow(edits: &[(String, String)]) -> Vec<(&str, &str)> {
    edits.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect()
}

const ASLEEP: &str =
    r#""areas":[{"map":2,"area":"04","state":"dormant","document":"1/QĐ","until":"2030-01-01"}]"#;

//! The directory of the real file system: what it keeps open never shows what was before.

use vaora::journal::{Disk, Folder};

#[test]
fn a_file_is_read_piece_by_piece_as_it_is_now() {
    let path = tempfile::tempdir().unwrap();
    let mut disk = Folder::new(path.path());
    let read = |disk: &Folder, name, place, length| disk.read_at(name, place, length).ok();
    assert_eq!(read(&disk, "a", 0, 1), None);
    disk.create("a", b"first").unwrap();
    disk.create("b", b"other").unwrap();
    assert_eq!(read(&disk, "a", 1, 3).unwrap(), b"irs");
    // Fewer where it ends, none behind it.
    assert_eq!(read(&disk, "a", 3, 9).unwrap(), b"st");
    assert_eq!(read(&disk, "a", 9, 9).unwrap(), b"");
    // Written on, made anew, replaced, removed: each time after it was read.
    disk.write_at("a", 5, b" more").unwrap();
    assert_eq!(read(&disk, "a", 3, 9).unwrap(), b"st more");
    disk.create("a", b"second").unwrap();
    assert_eq!(read(&disk, "a", 0, 9).unwrap(), b"second");
    disk.rename("b", "a").unwrap();
    assert_eq!(read(&disk, "a", 0, 9).unwrap(), b"other");
    assert_eq!(read(&disk, "b", 0, 9), None);
    disk.remove("a").unwrap();
    assert_eq!(read(&disk, "a", 0, 9), None);
    // A name that was read under its old one.
    disk.create("c", b"third").unwrap();
    assert_eq!(read(&disk, "c", 0, 9).unwrap(), b"third");
    disk.rename("c", "d").unwrap();
    assert_eq!(read(&disk, "c", 0, 9), None);
    assert_eq!(read(&disk, "d", 0, 9).unwrap(), b"third");
}

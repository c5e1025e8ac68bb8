//! The stores that a diary could have been kept in: sealed visits of 250 bytes by time.

use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use rusqlite::{Connection, params};

/// A store of sealed rows by key.
pub trait Store {
    /// Durable when it returns.
    fn put(&mut self, key: [u8; 8], row: &[u8]);
    /// Many at once.
    fn fill(&mut self, rows: &[([u8; 8], Vec<u8>)]);
    fn scan(&mut self, row: &mut dyn FnMut(&[u8], &[u8]));
    /// Removes every row below a key, durably.
    fn prune(&mut self, below: [u8; 8]);
}

/// Opens a store of this name in a folder.
pub fn open(name: &str, folder: &Path) -> Box<dyn Store> {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    match name {
        "sled" => Box::new(Sled::open(folder)),
        "redb" => Box::new(Redb::open(folder)),
        _ => Box::new(Sqlite::open(folder)),
    }
}

/// Seals rows as the diary seals parts.
pub struct Sealer(XChaCha20Poly1305);

impl Sealer {
    pub fn new() -> Self {
        Self(XChaCha20Poly1305::new(&[7; 32].into()))
    }

    pub fn seal(&self, key: [u8; 8], plain: &[u8], nonce: [u8; 24]) -> Vec<u8> {
        let payload = Payload { msg: plain, aad: &key };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).expect("short enough");
        [&nonce[..], &sealed].concat()
    }

    pub fn open(&self, key: &[u8], row: &[u8]) -> Vec<u8> {
        let (nonce, sealed) = row.split_first_chunk::<24>().expect("a sealed row");
        let payload = Payload { msg: sealed, aad: key };
        self.0.decrypt(&XNonce::from(*nonce), payload).expect("a good row")
    }
}

struct Sled(sled::Db);

impl Sled {
    fn open(folder: &Path) -> Self {
        let config = sled::Config::new().path(folder.join("s")).cache_capacity(4 << 20);
        let config = config.mode(sled::Mode::LowSpace).flush_every_ms(None);
        Self(config.segment_size(64 * 1024).open().expect("sled opens"))
    }
}

impl Store for Sled {
    fn put(&mut self, key: [u8; 8], row: &[u8]) {
        self.0.insert(key, row).expect("sled takes it");
        self.0.flush().expect("sled flushes");
    }

    fn fill(&mut self, rows: &[([u8; 8], Vec<u8>)]) {
        for (key, row) in rows {
            self.0.insert(key, &row[..]).expect("sled takes it");
        }
        self.0.flush().expect("sled flushes");
    }

    fn scan(&mut self, row: &mut dyn FnMut(&[u8], &[u8])) {
        for entry in self.0.iter() {
            let (key, value) = entry.expect("sled reads");
            row(&key, &value);
        }
    }

    fn prune(&mut self, below: [u8; 8]) {
        for key in self.0.range(..below).keys() {
            self.0.remove(key.expect("sled reads")).expect("sled removes");
        }
        self.0.flush().expect("sled flushes");
    }
}

const TABLE: TableDefinition<&[u8], &[u8]> = TableDefinition::new("v");

struct Redb(Database);

impl Redb {
    fn open(folder: &Path) -> Self {
        let db = Database::builder().set_cache_size(4 << 20).create(folder.join("s.redb"));
        let redb = Self(db.expect("redb opens"));
        redb.change(|_| {});
        redb
    }

    fn change(&self, change: impl FnOnce(&mut redb::Table<&[u8], &[u8]>)) {
        let write = self.0.begin_write().expect("redb writes");
        change(&mut write.open_table(TABLE).expect("redb has the table"));
        write.commit().expect("redb commits");
    }
}

impl Store for Redb {
    fn put(&mut self, key: [u8; 8], row: &[u8]) {
        self.change(|table| drop(table.insert(&key[..], row).expect("redb takes it")));
    }

    fn fill(&mut self, rows: &[([u8; 8], Vec<u8>)]) {
        self.change(|table| {
            for (key, row) in rows {
                table.insert(&key[..], &row[..]).expect("redb takes it");
            }
        });
    }

    fn scan(&mut self, row: &mut dyn FnMut(&[u8], &[u8])) {
        let read = self.0.begin_read().expect("redb reads");
        let table = read.open_table(TABLE).expect("redb has the table");
        for entry in table.iter().expect("redb iterates") {
            let (key, value) = entry.expect("redb reads");
            row(key.value(), value.value());
        }
    }

    fn prune(&mut self, below: [u8; 8]) {
        self.change(|table| table.retain_in(..&below[..], |_, _| false).expect("redb removes"));
    }
}

struct Sqlite(Connection);

impl Sqlite {
    fn open(folder: &Path) -> Self {
        let db = Connection::open(folder.join("s.sqlite")).expect("SQLite opens");
        db.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096; PRAGMA secure_delete=ON;")
            .expect("SQLite takes pragmas");
        db.execute_batch(
            "CREATE TABLE IF NOT EXISTS v(k BLOB PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID",
        )
        .expect("SQLite has the table");
        Self(db)
    }
}

impl Store for Sqlite {
    fn put(&mut self, key: [u8; 8], row: &[u8]) {
        let mut insert =
            self.0.prepare_cached("INSERT OR REPLACE INTO v VALUES(?1,?2)").expect("SQL");
        insert.execute(params![&key[..], row]).expect("SQLite takes it");
    }

    fn fill(&mut self, rows: &[([u8; 8], Vec<u8>)]) {
        self.0.execute_batch("BEGIN").expect("SQL");
        for (key, row) in rows {
            self.put(*key, row);
        }
        self.0.execute_batch("COMMIT").expect("SQL");
    }

    fn scan(&mut self, row: &mut dyn FnMut(&[u8], &[u8])) {
        let mut select = self.0.prepare_cached("SELECT k,v FROM v ORDER BY k").expect("SQL");
        let mut rows = select.query([]).expect("SQL");
        while let Some(found) = rows.next().expect("SQLite reads") {
            let blob = |at: usize| found.get_ref(at).expect("a column").as_blob().expect("a blob");
            row(blob(0), blob(1));
        }
    }

    fn prune(&mut self, below: [u8; 8]) {
        self.0.execute("DELETE FROM v WHERE k < ?1", params![&below[..]]).expect("SQL");
        self.0.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("SQL");
    }
}

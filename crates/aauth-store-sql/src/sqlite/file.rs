//! The file before SQLite sees it.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::SqlError;

/// Creates the file, for its owner only, if there is none; returns its absolute path.
///
/// A file that is there is not opened: closing it would drop the locks that SQLite may hold on it in this process
/// (sqlite.org, "How To Corrupt An SQLite Database File", 2.2).
pub(super) fn create(path: &Path) -> Result<PathBuf, SqlError> {
    // SQLite gives a meaning to `:memory:` and to `file:`, but only at the beginning.
    let path = std::path::absolute(path).map_err(|source| SqlError::File { source })?;
    // The log stands beside the file. Asked for here as well as by the system, because root may write to anything.
    if path
        .parent()
        .and_then(|directory| directory.metadata().ok())
        .is_some_and(|found| found.permissions().readonly())
    {
        return Err(SqlError::ReadOnly);
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&path) {
        Ok(_) => Ok(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => writable(path),
        Err(error) if error.kind() == ErrorKind::ReadOnlyFilesystem => Err(SqlError::ReadOnly),
        Err(source) => Err(SqlError::File { source }),
    }
}

fn writable(path: PathBuf) -> Result<PathBuf, SqlError> {
    let found = path.metadata().map_err(|source| SqlError::File { source })?;
    if found.is_dir() {
        return Err(SqlError::File { source: ErrorKind::IsADirectory.into() });
    }
    if found.permissions().readonly() {
        return Err(SqlError::ReadOnly);
    }
    Ok(path)
}

/// Makes the name of a new file last; SQLite syncs the content, and the names of only those files that it creates.
pub(super) fn sync_directory(path: &Path) -> Result<(), SqlError> {
    match path.parent() {
        #[cfg(unix)]
        Some(directory) => File::open(directory)
            .and_then(|directory| directory.sync_all())
            .map_err(|source| SqlError::File { source }),
        _ => Ok(()),
    }
}

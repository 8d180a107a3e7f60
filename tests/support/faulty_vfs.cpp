#include "faulty_vfs.hpp"

#include <sqlite3.h>

#include <atomic>
#include <cerrno>
#include <cstddef>

namespace heed::support {

struct FaultyVfs::State {
  /// One open file: ours first, the real one right behind it.
  struct File {
    sqlite3_file base;
    State* state;
  };
  static constexpr std::size_t unit = alignof(std::max_align_t);
  static constexpr std::size_t room = (sizeof(File) + unit - 1) / unit * unit;

  sqlite3_vfs vfs{};
  sqlite3_vfs* system = nullptr;
  std::string name;
  std::int64_t count = 0;
  std::int64_t break_at = 0;
  Fault fault = Fault::io_error;
  bool broke = false;

  /// The outcome of the next operation; SQLITE_OK lets it through.
  int next() {
    ++count;
    if (break_at == 0 || count < break_at) return SQLITE_OK;
    const bool for_good = fault == Fault::kill || fault == Fault::read_only;
    if (count > break_at && !for_good) return SQLITE_OK;
    broke = true;
    errno = fault == Fault::io_error ? EIO : errno;
    if (fault == Fault::read_only) return SQLITE_READONLY;
    return fault == Fault::disk_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  }

  static sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(file) + room);
  }
  static State& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file)->state; }
  static State& of(sqlite3_vfs* vfs) { return *static_cast<State*>(vfs->pAppData); }

  static int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
  static int read(sqlite3_file* file, void* to, int length, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), to, length, at);
  }
  static int write(sqlite3_file* file, const void* from, int length, sqlite3_int64 at) {
    auto& state = of(file);
    const int code = state.next();
    const auto& layer = *real(file)->pMethods;
    if (code == SQLITE_OK) return layer.xWrite(real(file), from, length, at);
    if (state.fault == Fault::kill && state.count == state.break_at) {
      layer.xWrite(real(file), from, length / 2, at);
    }
    return code;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const int code = of(file).next();
    return code == SQLITE_OK ? real(file)->pMethods->xTruncate(real(file), size) : code;
  }
  static int sync(sqlite3_file* file, int /*flags*/) {
    // What was written stays visible without it: processes die in these tests, machines do not.
    return of(file).next();
  }
  static int size(sqlite3_file* file, sqlite3_int64* bytes) {
    return real(file)->pMethods->xFileSize(real(file), bytes);
  }
  static int lock(sqlite3_file* file, int kind) {
    return real(file)->pMethods->xLock(real(file), kind);
  }
  static int unlock(sqlite3_file* file, int kind) {
    return real(file)->pMethods->xUnlock(real(file), kind);
  }
  static int check_lock(sqlite3_file* file, int* result) {
    return real(file)->pMethods->xCheckReservedLock(real(file), result);
  }
  static int control(sqlite3_file* file, int operation, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
  }
  static int sector(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
  static int traits(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
  }
  static int share(sqlite3_file* file, int region, int length, int extend, void volatile** at) {
    return real(file)->pMethods->xShmMap(real(file), region, length, extend, at);
  }
  static int lock_share(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
  }
  static void barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
  static int unshare(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
  }

  static const sqlite3_io_methods methods;

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out) {
    auto& state = of(vfs);
    reinterpret_cast<File*>(file)->state = &state;
    const int code = state.system->xOpen(state.system, path, real(file), flags, out);
    file->pMethods = real(file)->pMethods != nullptr ? &methods : nullptr;
    return code;
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    auto& state = of(vfs);
    const int code = state.next();
    return code == SQLITE_OK ? state.system->xDelete(state.system, path, sync_folder) : code;
  }
};

const sqlite3_io_methods FaultyVfs::State::methods = {
    2,       close,  read,   write, truncate,   sync,    size,    lock,    unlock, check_lock,
    control, sector, traits, share, lock_share, barrier, unshare, nullptr, nullptr};

FaultyVfs::FaultyVfs() : state_(std::make_unique<State>()) {
  static std::atomic<int> made{0};
  state_->system = sqlite3_vfs_find(nullptr);
  state_->name = "faulty-" + std::to_string(++made);
  state_->vfs = *state_->system;
  state_->vfs.pNext = nullptr;
  state_->vfs.zName = state_->name.c_str();
  state_->vfs.pAppData = state_.get();
  state_->vfs.szOsFile = static_cast<int>(State::room) + state_->system->szOsFile;
  state_->vfs.xOpen = State::open;
  state_->vfs.xDelete = State::remove;
  sqlite3_vfs_register(&state_->vfs, 0);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&state_->vfs);
}

const std::string& FaultyVfs::name() const {
  return state_->name;
}

void FaultyVfs::everywhere() {
  sqlite3_vfs_register(&state_->vfs, 1);
}

void FaultyVfs::fail_at(std::int64_t count, Fault fault) {
  heal();
  state_->break_at = count;
  state_->fault = fault;
}

void FaultyVfs::heal() {
  state_->count = 0;
  state_->break_at = 0;
  state_->broke = false;
}

std::int64_t FaultyVfs::operations() const {
  return state_->count;
}
bool FaultyVfs::broke() const {
  return state_->broke;
}

}  // namespace heed::support

import DirDB
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// One folder shared with the Python package dirdb 0.1.0 and with plain flock scripts.
@Suite(.enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"), .timeLimit(.minutes(120)))
struct PythonFolderTests {
    @Test("A folder that Python's dirdb made is listed, its metadata read and updated, its pickles kept")
    func folder() throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            """
            import sys
            from dirdb import dirdb
            db = dirdb(sys.argv[1])
            for i in range(5):
                db.save_data(f'batch-{i}', {'values': list(range(i))}, meta={'epoch': i, 'loss': 0.5 * i})
            db.save_data('nan', [1, 2], meta={'loss': float('nan'), 'top': float('-inf')})
            db.save_data('plain', 'text')
            db.subdb('calibration').save_data('gain', 1.5, meta={'unit': 'mV'})
            """, [directory.path])
        let db = try Database(directory.path, dumpers: [])
        let listed = try db.entries(recursive: true, order: .name)
        #expect(
            listed.map(\.key)
                == (0..<5).map { "batch-\($0)" } + ["calibration/gain", "nan", "plain"])
        #expect(try db["batch-3"].meta == ["epoch": 3, "loss": 1.5])
        #expect(try db["batch-3"].info().format == "pickle")
        #expect(try db["plain"].meta == [:])
        let nan = try db["nan"].meta
        #expect(nan.loss.asDouble?.isNaN == true)
        #expect(nan.top == .real(-.infinity))
        let pickle = try db["batch-3"].bytes()
        try db["batch-3"].updateMeta { $0.mean = 1.0 }
        try db["calibration", "gain"].rename(to: db["gain"])
        #expect(try db["batch-3"].bytes() == pickle)
        let output = try Python.run(
            """
            import sys
            from dirdb import dirdb
            db = dirdb(sys.argv[1])
            print(db['batch-3'].meta, db.get_data('batch-3'), sorted(e.name for e in db), db['gain'].meta,
                  db.get_data('gain'))
            """, [directory.path])
        #expect(
            output == """
                {'epoch': 3, 'loss': 1.5, 'mean': 1.0} {'values': [0, 1, 2]} \
                ['batch-0', 'batch-1', 'batch-2', 'batch-3', 'batch-4', 'gain', 'nan', 'plain'] \
                {'unit': 'mV'} 1.5

                """)
        #expect(try db.verify().isEmpty)
    }

    @Test("Python's dirdb, a plain flock script and two Swift processes count together and lose no update")
    func counting() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, durability: .relaxed, dumpers: [])
        try Python.run(
            "import sys; from dirdb import dirdb; dirdb(sys.argv[1]).save_data('x', 1, meta={'count': 0})",
            [directory.path])
        let swift = try (0..<2).map { _ in
            try Executable.start("dirdb-test-worker", ["count", directory.path, "1000"])
        }
        let filelock = try Python.start(
            """
            import sys
            from dirdb import dirdb
            db = dirdb(sys.argv[1])
            for _ in range(1000):
                with db['x'] as entry:
                    entry.meta.count += 1
                    entry.meta['count'] = entry.meta.count
            """, [directory.path])
        let flock = try Python.start(
            """
            import fcntl, json, os, sys
            os.chdir(sys.argv[1])
            for _ in range(1000):
                while True:
                    lock = os.open('x.lock', os.O_RDWR | os.O_CREAT)
                    fcntl.flock(lock, fcntl.LOCK_EX)
                    try:
                        if os.fstat(lock).st_ino == os.stat('x.lock').st_ino: break
                    except FileNotFoundError:
                        pass
                    os.close(lock)
                with open('x.json') as file: meta = json.load(file)
                meta['count'] += 1
                with open('x.json', 'w') as file: json.dump(meta, file)
                os.close(lock)
            """, [directory.path])
        for process in swift + [filelock, flock] {
            let output = process.outputToEnd()
            #expect(process.terminationStatus == 0, "\(output)")
        }
        #expect(try db["x"].meta == ["count": 4000])
        #expect(try db.verify().isEmpty)
    }
}

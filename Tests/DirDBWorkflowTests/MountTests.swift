import DirDB
import DirDBWorkflow
import TestSupport
import Testing

@Suite("What the kernel tells of mounts")
struct MountTests {
    private static func mount(_ line: String) -> Mount? { Mount(line: Array(line.utf8)) }

    @Test(
        "A line gives number, place, type, source and all options, with escapes undone",
        arguments: [
            (
                "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard", 27, "/", "ext4", "/dev/vda",
                ["rw", "relatime", "discard"]
            ),
            (
                #"91 27 0:52 / /mnt/my\040runs rw shared:44 - nfs srv:/a\040b rw,vers=3,nolock,local_lock=all"#,
                91, "/mnt/my runs", "nfs", "srv:/a b", ["rw", "vers=3", "nolock", "local_lock=all"]
            ),
            (
                "355 27 0:60 / / rw,relatime shared:1 master:2 propagate_from:3 - overlay overlay"
                    + " rw,lowerdir=/l2:/l1,upperdir=/u,workdir=/w,volatile", 355, "/", "overlay", "overlay",
                ["rw", "relatime", "lowerdir=/l2:/l1", "upperdir=/u", "workdir=/w", "volatile"]
            ),
            (
                "41 27 254:0 /srv /mnt ro,relatime - xfs /dev/vdb rw,attr2", 41, "/mnt", "xfs", "/dev/vdb",
                ["ro", "relatime", "attr2"]
            ),
            // No source: what `mount -t tmpfs "" /mnt` gives.
            ("40 27 0:33 / /mnt rw - tmpfs  rw", 40, "/mnt", "tmpfs", "", ["rw"]),
            (#"7 1 0:9 / /a\134\011b rw - 9p \x\09 rw"#, 7, "/a\\\tb", "9p", #"\x\09"#, ["rw"]),
            // A combining accent after the space belongs to the path, not to the separator.
            ("7 1 0:9 / \u{301}x rw - fuse.sshfs u@h: rw", 7, "\u{301}x", "fuse.sshfs", "u@h:", ["rw"]),
        ])
    func line(
        _ line: String, number: Int, point: String, type: String, source: String, options: [String]
    ) throws {
        let mount = try #require(Self.mount(line))
        #expect(mount.number == number && mount.point == point)
        #expect(mount.type == type && mount.source == source && mount.options == options)
    }

    @Test(
        "A line that is none gives nothing",
        arguments: [
            "", " ", "-", "27", "27 1 254:0 / / rw", "27 1 254:0 / / rw -", "27 1 254:0 / / rw - ext4",
            "27 1 254:0 / / rw - ext4 /dev/vda", "x 1 254:0 / / rw - ext4 /dev/vda rw",
            "27 1 254:0 / / rw ext4 /dev/vda rw - ", "27 1 254:0 / / rw -  /dev/vda rw",
            "99999999999999999999 1 0:1 / / rw - ext4 a rw",
        ])
    func noLine(_ line: String) {
        #expect(Self.mount(line) == nil)
    }

    @Test("Lines with any byte changed, or cut anywhere, are read or refused, never fatal")
    func garbage() {
        let line = Array(#"91 27 0:52 / /mnt/my\040runs rw,a shared:44 - nfs4 srv:/x rw,vers=4.2\"#.utf8)
        for index in line.indices {
            _ = Mount(line: Array(line[..<index]))
            for byte in UInt8.min...UInt8.max {
                var changed = line
                changed[index] = byte
                if let mount = Mount(line: changed) { #expect(!mount.type.isEmpty) }
                _ = Mount.find(91, in: changed)
            }
        }
    }

    @Test("The mount is found by its number, whatever stands around it")
    func find() {
        let text = """
            garbage
            27 1 254:0 / / rw - ext4 /dev/vda rw

            28 27 0:40 / /mnt rw - nfs4 a:/x rw
            29 28 0:41 / /mnt rw - cifs //b/y rw
            """
        #expect(Mount.find(28, in: Array(text.utf8))?.type == "nfs4")
        #expect(Mount.find(29, in: Array(text.utf8))?.source == "//b/y")
        #expect(Mount.find(30, in: Array(text.utf8)) == nil)
        #expect(Mount.find(28, in: []) == nil)
    }

    @Test("The mount of an open directory is that of its path in the system's own list")
    func ownMount() throws {
        let directory = try TemporaryDirectory()
        let mount = try #require(try Directory(path: directory.path).mount())
        #expect(mount.point == "/" || directory.path.hasPrefix(mount.point))
        #expect(try Directory(path: "/proc").mount()?.type == "proc")
    }

    @Test(
        "What is known of a file system follows from its type and options",
        arguments: [
            ("ext4", "rw", FileSystem.Location.local, true, nil, nil),
            ("ext4", "rw,nobarrier", .local, true, nil, "nobarrier"),
            ("xfs", "rw,attr2", .local, true, nil, nil), ("btrfs", "rw", .local, nil, nil, nil),
            ("f2fs", "rw", .local, nil, nil, nil), ("overlay", "rw", .local, nil, nil, nil),
            ("overlay", "rw,volatile", .local, nil, nil, "volatile"), ("tmpfs", "rw", .memory, nil, nil, nil),
            ("nfs4", "rw,vers=4.2,local_lock=none", .network, nil, nil, nil),
            ("nfs", "rw,vers=3,local_lock=all", .network, nil, "local_lock=all", nil),
            ("nfs", "rw,vers=3,local_lock=flock", .network, nil, "local_lock=flock", nil),
            ("nfs", "rw,vers=3,local_lock=posix", .network, nil, nil, nil),
            ("nfs", "rw,nolock", .network, nil, "nolock", nil),
            ("cifs", "rw,nobrl", .network, nil, "nobrl", nil),
            ("lustre", "rw,flock", .network, nil, nil, nil),
            ("lustre", "rw,localflock", .network, nil, "localflock", nil),
            ("gpfs", "rw", .network, nil, nil, nil), ("ceph", "rw", .network, nil, nil, nil),
            ("fuse.sshfs", "rw", .network, nil, nil, nil), ("9p", "rw", .network, nil, nil, nil),
            ("fuse.something", "rw", .unknown, nil, nil, nil), ("newfs", "rw", .unknown, nil, nil, nil),
            // Means nothing on a disk of this machine.
            ("ext4", "rw,nolock", .local, true, nil, nil),
        ] as [(String, String, FileSystem.Location, Bool?, String?, String?)])
    func kinds(
        _ type: String, options: String, location: FileSystem.Location, order: Bool?, locks: String?,
        syncs: String?
    ) throws {
        let system = FileSystem(try #require(Self.mount("1 1 0:1 / / \(options) - \(type) s \(options)")))
        #expect(system.location == location && system.keepsNameOrder == order)
        #expect(system.optionKeepingLocksLocal == locks && system.optionDroppingSyncs == syncs)
    }
}

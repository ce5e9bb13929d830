/// What is known of the file system under a directory before anything is tried on it.
package struct FileSystem: Equatable, Sendable {
    /// Where the files are.
    package enum Location: String, Sendable {
        case local
        /// In the memory of this machine.
        case memory
        /// On a server, or on a disk that several machines share.
        case network
        /// Any program may be behind it.
        case unknown
    }

    package let mount: Mount

    package init(_ mount: Mount) {
        self.mount = mount
    }

    package var location: Location {
        if Self.network.contains(mount.type) { return .network }
        if Self.memory.contains(mount.type) { return .memory }
        return Self.local.contains(mount.type) ? .local : .unknown
    }

    /// Whether names survive a power cut in the order in which they were changed, which the commits rely on.
    ///
    /// True where that was tried; nil where it was not.
    package var keepsNameOrder: Bool? {
        ["ext4", "xfs"].contains(mount.type) ? true : nil
    }

    /// The option by which other machines are not excluded by locks taken here; nil when there is none.
    package var optionKeepingLocksLocal: String? {
        guard location == .network else { return nil }
        return mount.options.first { Self.localLocks.contains($0) }
    }

    /// The option by which a sync does not reach the disk; nil when there is none.
    package var optionDroppingSyncs: String? {
        mount.options.first { Self.droppedSyncs.contains($0) }
    }

    // MARK: Tables

    // With nobrl, cifs keeps locks from the server.
    private static let localLocks: Set = [
        "nolock", "local_lock=all", "local_lock=flock", "localflock", "localflocks", "local_lock", "nobrl",
        "lockproto=lock_nolock",
    ]

    private static let droppedSyncs: Set = ["nobarrier", "barrier=0", "volatile", "fsync=volatile"]

    private static let memory: Set = ["tmpfs", "ramfs", "devtmpfs", "hugetlbfs"]

    private static let local: Set = [
        "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "jfs", "nilfs2", "reiserfs",
        "overlay",
        "ecryptfs", "vfat", "exfat", "ntfs", "ntfs3", "fuseblk", "hfsplus", "udf", "iso9660", "squashfs",
        "erofs",
    ]

    private static let network: Set = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "ceph", "9p", "afs", "beegfs", "glusterfs",
        "orangefs", "pvfs2", "ocfs2", "gfs", "gfs2", "wekafs", "panfs", "coda", "virtiofs", "vboxsf",
        "prl_fs",
        "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.juicefs", "fuse.rclone",
        "fuse.s3fs",
        "fuse.gcsfuse", "fuse.mount-s3", "fuse.blobfuse2", "fuse.goofys", "fuse.moosefs", "fuse.mfs",
        "fuse.seaweedfs", "fuse.vmhgfs-fuse", "fuse.curlftpfs", "fuse.davfs", "fuse.afp", "fuse.smbnetfs",
    ]
}

package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func (d *driver) NodeGetCapabilities(
	context.Context, *csi.NodeGetCapabilitiesRequest,
) (*csi.NodeGetCapabilitiesResponse, error) {
	return &csi.NodeGetCapabilitiesResponse{}, nil
}

func (d *driver) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: d.node}, nil
}

// content gives what is bound to a pod's folder: a folder or a device of the host.
// Plain volumes are mounted for it.
func (d *driver) content(path string, what description) (string, error) {
	if what.Block {
		return loopOf(filepath.Join(path, "disk.raw"))
	}
	if !d.plain {
		return filepath.Join(path, "data"), nil
	}
	mounted := filepath.Join(path, "mounted")
	if err := os.MkdirAll(mounted, 0o755); err != nil {
		return "", status.Error(codes.Internal, err.Error())
	}
	if sameDevice(mounted, path) {
		if _, err := run("mount", "-o", "loop", filepath.Join(path, "data.ext4"), mounted); err != nil {
			return "", err
		}
	}
	return mounted, nil
}

func sameDevice(a, b string) bool {
	var x, y syscall.Stat_t
	return syscall.Stat(a, &x) == nil && syscall.Stat(b, &y) == nil && x.Dev == y.Dev
}

// bound says whether the target is already the content: the call may come twice.
func bound(content, target string) bool {
	var x, y syscall.Stat_t
	return syscall.Stat(content, &x) == nil && syscall.Stat(target, &y) == nil && x.Dev == y.Dev && x.Ino == y.Ino
}

func (d *driver) NodePublishVolume(
	_ context.Context, r *csi.NodePublishVolumeRequest,
) (*csi.NodePublishVolumeResponse, error) {
	path := d.volume(r.VolumeId)
	what, found := described(path)
	if !found {
		return nil, status.Error(codes.NotFound, "no such volume")
	}
	if !slices.Contains(what.Targets, r.TargetPath) { // before the work: a half-done one is undone by unpublish
		what.Targets = append(what.Targets, r.TargetPath)
		if err := describe(path, what); err != nil {
			return nil, err
		}
	}
	content, err := d.content(path, what)
	if err != nil {
		return nil, err
	}
	if what.Block {
		os.MkdirAll(filepath.Dir(r.TargetPath), 0o755)
		file, err := os.OpenFile(r.TargetPath, os.O_CREATE|os.O_RDONLY, 0o600)
		if err != nil {
			return nil, status.Error(codes.Internal, err.Error())
		}
		file.Close()
	} else if err := os.MkdirAll(r.TargetPath, 0o755); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	if bound(content, r.TargetPath) {
		return &csi.NodePublishVolumeResponse{}, nil
	}
	if err := syscall.Mount(content, r.TargetPath, "", syscall.MS_BIND, ""); err != nil {
		return nil, status.Errorf(codes.Internal, "bind mount: %v", err)
	}
	if r.Readonly && !what.Block {
		const again = syscall.MS_REMOUNT | syscall.MS_BIND | syscall.MS_RDONLY
		if err := syscall.Mount("", r.TargetPath, "", again, ""); err != nil {
			return nil, status.Errorf(codes.Internal, "read-only bind mount: %v", err)
		}
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

func (d *driver) NodeUnpublishVolume(
	_ context.Context, r *csi.NodeUnpublishVolumeRequest,
) (*csi.NodeUnpublishVolumeResponse, error) {
	err := syscall.Unmount(r.TargetPath, 0)
	if err != nil && err != syscall.EINVAL && err != syscall.ENOENT {
		return nil, status.Errorf(codes.Internal, "unmount: %v", err)
	}
	os.Remove(r.TargetPath)
	path := d.volume(r.VolumeId)
	what, found := described(path)
	if !found {
		return &csi.NodeUnpublishVolumeResponse{}, nil
	}
	what.Targets = slices.DeleteFunc(what.Targets, func(t string) bool { return t == r.TargetPath })
	if len(what.Targets) == 0 {
		if err := d.release(path, what); err != nil {
			return nil, err
		}
	}
	return &csi.NodeUnpublishVolumeResponse{}, describe(path, what)
}

// release gives the host's loop devices and mounts back when no pod has the volume any more.
func (d *driver) release(path string, what description) error {
	if what.Block {
		file := filepath.Join(path, "disk.raw")
		if err := flushLoop(file); err != nil {
			return err
		}
		found, err := loopsOf(file)
		for _, device := range found {
			_, err = run("losetup", "--detach", device) // while kubelet still holds it, it goes with that last user
		}
		return err
	}
	mounted := filepath.Join(path, "mounted")
	if d.plain && exists(mounted) && !sameDevice(mounted, path) {
		if err := syscall.Unmount(mounted, 0); err != nil {
			return status.Errorf(codes.Internal, "unmount %s: %v", mounted, err)
		}
	}
	return nil
}

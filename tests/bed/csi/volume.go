package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Every volume and snapshot is a folder (a subvolume unless plain) with its description in ID.json beside it.
// A file volume of btrfs is the folder `data` in it, a plain one the file `data.ext4`; a block volume is the
// file `disk.raw`.

type description struct {
	Bytes   int64    `json:"bytes"`
	Block   bool     `json:"block"`
	Source  string   `json:"source,omitempty"`  // of a snapshot: its volume
	Created int64    `json:"created,omitempty"` // of a snapshot: seconds since 1970
	Targets []string `json:"targets,omitempty"` // of a volume: the folders of pods that have it
}

func (d *driver) volume(id string) string { return filepath.Join(d.root, "volumes", filepath.Base(id)) }
func (d *driver) snapshot(id string) string {
	return filepath.Join(d.root, "snapshots", filepath.Base(id))
}

func describe(path string, what description) error {
	text, err := json.Marshal(what)
	if err == nil {
		err = os.WriteFile(path+".json", text, 0o644)
	}
	if err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	return nil
}

// described says what lies at path; a folder without a description was never finished.
func described(path string) (what description, found bool) {
	text, err := os.ReadFile(path + ".json")
	return what, err == nil && json.Unmarshal(text, &what) == nil
}

func run(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return "", status.Errorf(codes.Internal, "%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, os.ErrNotExist)
}

// remove deletes a volume or snapshot; its description goes first, so that a half-removed one is never offered.
func (d *driver) remove(path string) error {
	if err := os.Remove(path + ".json"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return status.Error(codes.Internal, err.Error())
	}
	if !exists(path) {
		return nil
	}
	if d.plain {
		if err := os.RemoveAll(path); err != nil {
			return status.Error(codes.Internal, err.Error())
		}
		return nil
	}
	_, err := run("btrfs", "subvolume", "delete", path)
	return err
}

// fill makes the content of a new, empty volume.
func (d *driver) fill(path string, what description) error {
	file := ""
	switch {
	case what.Block:
		file = filepath.Join(path, "disk.raw")
	case d.plain:
		file = filepath.Join(path, "data.ext4")
	default:
		data := filepath.Join(path, "data")
		if err := os.Mkdir(data, 0o777); err != nil {
			return status.Error(codes.Internal, err.Error())
		}
		return os.Chmod(data, 0o777) // whatever the umask: pods run as anybody
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	if err := os.Truncate(file, what.Bytes); err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	if what.Block {
		return nil
	}
	if _, err := run("mkfs.ext4", "-q", "-E", "root_owner=0:0,lazy_itable_init=1", "-m", "0", file); err != nil {
		return err
	}
	_, err := run("debugfs", "-w", "-R", "set_inode_field / mode 040777", file)
	return err
}

// loopsOf lists the loop devices over a file; usually one or none.
func loopsOf(file string) ([]string, error) {
	out, err := run("losetup", "--associated", file, "--noheadings", "--output", "NAME")
	return strings.Fields(out), err
}

// loopOf gives the loop device over a file, making it when there is none.
func loopOf(file string) (string, error) {
	found, err := loopsOf(file)
	if err == nil && len(found) > 0 {
		return found[0], nil
	}
	return run("losetup", "--find", "--show", file)
}

// flushLoop brings what was written to a file's loop device into the file, before it is snapshotted.
func flushLoop(file string) error {
	found, err := loopsOf(file)
	for _, name := range found {
		var device *os.File
		if device, err = os.OpenFile(name, os.O_RDWR, 0); err == nil {
			err = device.Sync()
			device.Close()
		}
		if err != nil {
			return status.Error(codes.Internal, err.Error())
		}
	}
	return err
}

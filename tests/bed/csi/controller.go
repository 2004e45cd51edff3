package main

import (
	"context"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const defaultBytes = 1 << 30

func (d *driver) ControllerGetCapabilities(
	context.Context, *csi.ControllerGetCapabilitiesRequest,
) (*csi.ControllerGetCapabilitiesResponse, error) {
	types := []csi.ControllerServiceCapability_RPC_Type{csi.ControllerServiceCapability_RPC_CREATE_DELETE_VOLUME}
	if !d.plain {
		types = append(types, csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT,
			csi.ControllerServiceCapability_RPC_CLONE_VOLUME)
	}
	answer := &csi.ControllerGetCapabilitiesResponse{}
	for _, t := range types {
		rpc := &csi.ControllerServiceCapability_RPC{Type: t}
		answer.Capabilities = append(answer.Capabilities,
			&csi.ControllerServiceCapability{Type: &csi.ControllerServiceCapability_Rpc{Rpc: rpc}})
	}
	return answer, nil
}

func (d *driver) CreateVolume(
	_ context.Context, r *csi.CreateVolumeRequest,
) (*csi.CreateVolumeResponse, error) {
	path := d.volume(r.Name)
	what, found := described(path)
	if !found {
		what = description{Bytes: r.GetCapacityRange().GetRequiredBytes()}
		for _, c := range r.VolumeCapabilities {
			what.Block = what.Block || c.GetBlock() != nil
		}
		if what.Bytes == 0 {
			what.Bytes = defaultBytes
		}
		if err := d.create(path, r.VolumeContentSource, &what); err != nil {
			return nil, err
		}
	}
	return &csi.CreateVolumeResponse{Volume: &csi.Volume{VolumeId: r.Name, CapacityBytes: what.Bytes,
		ContentSource: r.VolumeContentSource}}, nil
}

func (d *driver) create(path string, source *csi.VolumeContentSource, what *description) error {
	if err := d.remove(path); err != nil { // what an interrupted call left
		return err
	}
	from := ""
	if s := source.GetSnapshot(); s != nil {
		from = d.snapshot(s.SnapshotId)
	} else if v := source.GetVolume(); v != nil {
		from = d.volume(v.VolumeId)
	}
	if from == "" {
		if err := d.createEmpty(path, *what); err != nil {
			return err
		}
		return describe(path, *what)
	}
	if d.plain {
		return status.Error(codes.InvalidArgument, "this driver has no snapshots and no clones")
	}
	origin, found := described(from)
	if !found {
		return status.Errorf(codes.NotFound, "no such content source %s", from)
	}
	if origin.Block != what.Block || what.Bytes < origin.Bytes {
		return status.Errorf(codes.InvalidArgument, "source has block=%v and %d bytes", origin.Block, origin.Bytes)
	}
	if err := d.flush(from, origin); err != nil {
		return err
	}
	if _, err := run("btrfs", "subvolume", "snapshot", from, path); err != nil {
		return err
	}
	what.Bytes = origin.Bytes
	return describe(path, *what)
}

func (d *driver) createEmpty(path string, what description) error {
	command := []string{"btrfs", "subvolume", "create", path}
	if d.plain {
		command = []string{"mkdir", path}
	}
	if _, err := run(command[0], command[1:]...); err != nil {
		return err
	}
	return d.fill(path, what)
}

func (d *driver) flush(path string, what description) error {
	if !what.Block {
		return nil
	}
	return flushLoop(path + "/disk.raw")
}

func (d *driver) DeleteVolume(
	_ context.Context, r *csi.DeleteVolumeRequest,
) (*csi.DeleteVolumeResponse, error) {
	path := d.volume(r.VolumeId)
	if what, found := described(path); found {
		if len(what.Targets) > 0 { // the claim may go before its last pod has
			return nil, status.Errorf(codes.FailedPrecondition, "still in use by %d pods", len(what.Targets))
		}
		if err := d.release(path, what); err != nil {
			return nil, err
		}
	}
	if err := d.remove(path); err != nil {
		return nil, err
	}
	return &csi.DeleteVolumeResponse{}, nil
}

func (d *driver) ValidateVolumeCapabilities(
	_ context.Context, r *csi.ValidateVolumeCapabilitiesRequest,
) (*csi.ValidateVolumeCapabilitiesResponse, error) {
	if _, found := described(d.volume(r.VolumeId)); !found {
		return nil, status.Error(codes.NotFound, "no such volume")
	}
	return &csi.ValidateVolumeCapabilitiesResponse{Confirmed: &csi.ValidateVolumeCapabilitiesResponse_Confirmed{
		VolumeCapabilities: r.VolumeCapabilities}}, nil
}

func (d *driver) CreateSnapshot(
	_ context.Context, r *csi.CreateSnapshotRequest,
) (*csi.CreateSnapshotResponse, error) {
	source, path := d.volume(r.SourceVolumeId), d.snapshot(r.Name)
	what, found := described(path)
	if !found {
		if what, found = described(source); !found {
			return nil, status.Error(codes.NotFound, "no such volume")
		}
		if err := d.remove(path); err != nil {
			return nil, err
		}
		if err := d.flush(source, what); err != nil {
			return nil, err
		}
		if _, err := run("btrfs", "subvolume", "snapshot", "-r", source, path); err != nil {
			return nil, err
		}
		what.Source, what.Created, what.Targets = r.SourceVolumeId, time.Now().Unix(), nil
		if err := describe(path, what); err != nil {
			return nil, err
		}
	}
	if what.Source != r.SourceVolumeId {
		return nil, status.Errorf(codes.AlreadyExists, "snapshot %s is one of volume %s", r.Name, what.Source)
	}
	return &csi.CreateSnapshotResponse{Snapshot: &csi.Snapshot{SnapshotId: r.Name, SourceVolumeId: r.SourceVolumeId,
		SizeBytes: what.Bytes, CreationTime: timestamppb.New(time.Unix(what.Created, 0)), ReadyToUse: true}}, nil
}

func (d *driver) DeleteSnapshot(
	_ context.Context, r *csi.DeleteSnapshotRequest,
) (*csi.DeleteSnapshotResponse, error) {
	if err := d.remove(d.snapshot(r.SnapshotId)); err != nil {
		return nil, err
	}
	return &csi.DeleteSnapshotResponse{}, nil
}

package main

import (
	"errors"
	"io"
	"time"
)

var errCut = errors.New("cut by a rule")

// faulty is a stream that a rule cuts or slows.
type faulty struct {
	io.Reader
	left    int64 // bytes until the cut; -1 for none
	perTime int64 // bytes per second; 0 for no limit
	onCut   func()
}

func (f *faulty) Read(p []byte) (int, error) {
	if f.left == 0 {
		if f.onCut != nil {
			f.onCut()
		}
		return 0, errCut
	}
	if f.left > 0 && int64(len(p)) > f.left {
		p = p[:f.left]
	}
	if f.perTime > 0 {
		piece := max(f.perTime/20, 1)
		if int64(len(p)) > piece {
			p = p[:piece]
		}
	}
	n, err := f.Reader.Read(p)
	if f.left > 0 {
		f.left -= int64(n)
	}
	if f.perTime > 0 && n > 0 {
		time.Sleep(time.Duration(int64(n) * int64(time.Second) / f.perTime))
	}
	return n, err
}

// limited puts a rule's cut or throttle into a direction of a connection.
func limited(from io.Reader, taken *rule, direction string, _ *state) io.Reader {
	if taken == nil {
		return from
	}
	wanted := taken.Direction
	if wanted == "" {
		wanted = "down"
	}
	if wanted != direction {
		return from
	}
	switch taken.Action {
	case "cut":
		return &faulty{Reader: from, left: taken.AfterBytes}
	case "throttle":
		return &faulty{Reader: from, left: -1, perTime: taken.BytesPerSecond}
	}
	return from
}

// faultyBody is an answer's body; after a switch of protocols (WebSocket) it is both directions.
type faultyBody struct {
	faulty
	inner io.ReadCloser
}

func (b *faultyBody) Close() error { return b.inner.Close() }

func (b *faultyBody) Write(p []byte) (int, error) {
	writer, ok := b.inner.(io.Writer)
	if !ok {
		return 0, errors.New("not a connection of two directions")
	}
	return writer.Write(p)
}

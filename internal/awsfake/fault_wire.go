package awsfake

import (
	"net"
	"net/http"
	"strconv"
)

// send writes an answer, or what a fault of the connection leaves of it. Where the connection
// must end, the handler panics as net/http asks for; it needs a server of net/http then.
func send(w http.ResponseWriter, r *request, a answer) {
	switch r.injection.kind {
	case Reset:
		reset(w)
	case Hang:
		<-r.http.Context().Done()
		panic(http.ErrAbortHandler)
	case Malformed:
		a.body = garbled(a.body)
	}
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	if r.injection.kind != Cut && r.injection.kind != Stall {
		w.WriteHeader(a.status)
		w.Write(a.body) // a client that has gone is no error of the server
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	w.Write(a.body[:len(a.body)/2])
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
	if r.injection.kind == Stall {
		<-r.http.Context().Done()
	}
	panic(http.ErrAbortHandler)
}

// reset ends the connection so that the client's system says "connection reset by peer".
func reset(w http.ResponseWriter) {
	h, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	conn, _, err := h.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0) // closed with RST; where that fails, the client sees its end
	}
	conn.Close()
	panic(http.ErrAbortHandler)
}

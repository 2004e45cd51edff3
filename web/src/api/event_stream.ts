// Server-sent events out of a fetch body: unlike EventSource it shows the status of a refused connection.

export interface StreamEvent {
  event: string;
  data: string;
}

// Feed it text as it comes; it calls back for every whole event, and for every comment (the server's heartbeat).
export function eventParser(onEvent: (event: StreamEvent) => void, onComment: () => void = () => {}) {
  let rest = '';
  let event = '';
  let data: string[] = [];

  function line(text: string) {
    if (text === '') {
      if (data.length > 0) onEvent({ event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
      return;
    }
    if (text.startsWith(':')) {
      onComment();
      return;
    }
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + (text[colon + 1] === ' ' ? 2 : 1));
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  }

  return (chunk: string) => {
    rest += chunk;
    // A carriage return at the end may be half of a line end.
    const held = rest.endsWith('\r') ? 1 : 0;
    const lines = rest.slice(0, rest.length - held).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + (held ? '\r' : '');
    lines.forEach(line);
  };
}

export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: StreamEvent) => void,
  onComment: () => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const feed = eventParser(onEvent, onComment);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    feed(decoder.decode(value, { stream: true }));
  }
}

import { expect, test } from 'vitest';
import { eventParser, type StreamEvent } from './event_stream';

function parse(...chunks: string[]) {
  const events: StreamEvent[] = [];
  let comments = 0;
  const feed = eventParser(
    (event) => events.push(event),
    () => {
      comments += 1;
    },
  );
  chunks.forEach(feed);
  return { events, comments };
}

test('an event ends with an empty line', () => {
  expect(parse('event: reset\ndata: {"a":1}\n').events).toEqual([]);
  expect(parse('event: reset\ndata: {"a":1}\n\n').events).toEqual([{ event: 'reset', data: '{"a":1}' }]);
});

test('it may come in any pieces', () => {
  const text = 'event: changed\r\ndata: one\r\ndata: two\r\n\r\n: alive\n\ndata:x\n\n';
  const whole = parse(text);
  expect(whole.events).toEqual([
    { event: 'changed', data: 'one\ntwo' },
    { event: 'message', data: 'x' },
  ]);
  expect(whole.comments).toBe(1);
  expect(parse(...text)).toEqual(whole);
});

test('an event without data is none', () => {
  expect(parse('event: reset\n\n', 'id: 7\n\n').events).toEqual([]);
});

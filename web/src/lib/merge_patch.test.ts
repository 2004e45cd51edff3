import { expect, test } from 'vitest';
import { mergePatch } from './merge_patch';

test('a patch names what is new, what is other and what is gone', () => {
  const before = { same: 1, gone: 2, list: [1], inner: { kept: 'a', gone: 'b' }, whole: { x: 1 }, odd: { y: 1 } };
  const inner = { kept: 'a', new: 'c' };
  const after = { same: 1, list: [1, 2], inner, whole: { x: 1 }, odd: 'text', absent: undefined };
  expect(mergePatch(before, after)).toEqual({
    gone: null,
    list: [1, 2],
    inner: { gone: null, new: 'c' },
    odd: 'text',
  });
  expect(mergePatch(before, before)).toEqual({});
});

import { expect, test } from 'vitest';
import operations from '../../../src/transform/testdata/operations.json';
import type { TransformPatch, TransformSetSpec } from '../api/types';
import { isWhole, nameTrouble, newRule, toRuleForm, toTransformSpec, troubleOfOperation } from './transforms';

test('an operation is judged as the program judges it', () => {
  for (const { operation, trouble } of operations) {
    expect(troubleOfOperation(operation as Partial<TransformPatch>) ?? '', JSON.stringify(operation)).toBe(trouble);
  }
});

test('rules come out of their forms as they went in', () => {
  const spec: TransformSetSpec = {
    transforms: [
      {
        name: 'one replica',
        subject: { group: 'apps', kind: 'Deployment', name: 'web-*' },
        patch: [{ op: 'replace', path: '/spec/replicas', value: 1 }],
      },
      {
        name: 'no selector',
        subject: { group: '', kind: 'Service', namespace: 'shop' },
        patch: [
          { op: 'test', path: '/spec/selector', value: { app: 'web' } },
          { op: 'move', from: '/spec/selector', path: '/metadata/annotations/selector' },
          { op: 'remove', path: '/spec/externalName' },
        ],
      },
    ],
  };
  expect(toTransformSpec(spec.transforms.map(toRuleForm))).toEqual(spec);
});

test('what is not whole is not saved', () => {
  const rule = { ...newRule(), name: 'a', patch: [{ op: 'add' as const, path: '/spec/x', from: '', value: '1' }] };
  expect(isWhole([rule])).toBe(true);
  expect(isWhole([])).toBe(false);
  expect(isWhole([{ ...rule, name: ' ' }])).toBe(false);
  expect(isWhole([rule, rule])).toBe(false);
  expect(nameTrouble([rule, rule], 1)).toBe('twice');
  expect(isWhole([{ ...rule, patch: [] }])).toBe(false);
  const text = { op: 'add' as const, path: '/spec/x', from: '', value: 'not in quotes' };
  expect(isWhole([{ ...rule, patch: [text] }])).toBe(false);
});

// Rules of TransformSets as forms, and what is wrong with one: as the program judges (src/transform/rules.cc; both are
// tried with src/transform/testdata/operations.json), in its own words.
import { patchOpValues, type PatchOp, type Transform, type TransformPatch, type TransformSetSpec } from '../api/types';

export interface PatchForm {
  op: PatchOp;
  path: string;
  from: string;
  value: string; // JSON
}

export interface RuleForm {
  name: string;
  group: string; // '': any; coreGroup: the one without a name
  kind: string;
  object: string; // its name
  namespace: string;
  patch: PatchForm[];
}

export const coreGroup = 'core';
export const needsValue = (op: PatchOp) => op === 'test' || op === 'add' || op === 'replace';
export const needsFrom = (op: PatchOp) => op === 'move' || op === 'copy';

export const newPatch = (): PatchForm => ({ op: 'replace', path: '', from: '', value: '' });
export const newRule = (): RuleForm => ({
  name: '',
  group: '',
  kind: '',
  object: '',
  namespace: '',
  patch: [newPatch()],
});

const isPointer = (text: string) => /^(\/([^~/]|~[01])*)*$/.test(text);

// What an object is, and what only servers write, is out of reach.
function mayWrite(path: string): boolean {
  const [, first = '', second = ''] = path.split('/');
  if (first === '' || first === 'apiVersion' || first === 'kind' || first === 'status') return false;
  return first !== 'metadata' || ['labels', 'annotations', 'finalizers'].includes(second);
}

// What is wrong with an operation, as the program says it; undefined: nothing.
export function troubleOfOperation(operation: Partial<TransformPatch>): string | undefined {
  const { op, path, from, value } = operation;
  if (!op || !patchOpValues.includes(op)) return `there is no operation '${op ?? ''}'`;
  if (path === undefined || !isPointer(path)) return `'${path ?? ''}' is no JSON pointer`;
  if (needsFrom(op) !== (from !== undefined)) return 'from belongs to move and copy and to nothing else';
  if (from !== undefined && !isPointer(from)) return `'${from}' is no JSON pointer`;
  if (needsValue(op) && (value === undefined || value === null))
    return `${op} needs a value (remove takes one away)`;
  const noRule = ' belongs to what the object is, which no rule can change';
  if (op !== 'test' && !mayWrite(path)) return (path || 'the whole object') + noRule;
  if (op === 'move' && from !== undefined && !mayWrite(from)) return (from || 'the whole object') + noRule;
  if (op === 'move' && from !== undefined && `${path}/`.startsWith(`${from}/`))
    return 'nothing can be moved into itself';
  return undefined;
}

// The value of a form; undefined when it is no JSON.
export function readValue(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

export const isJson = ({ op, value }: PatchForm) => !needsValue(op) || readValue(value) !== undefined;

export function toPatch({ op, path, from, value }: PatchForm): TransformPatch {
  return {
    op,
    path: path.trim(),
    ...(needsFrom(op) && { from: from.trim() }),
    ...(needsValue(op) && { value: readValue(value)?.value }),
  };
}

export function toTransformSpec(rules: RuleForm[]): TransformSetSpec {
  return {
    transforms: rules.map(({ name, group, kind, object, namespace, patch }) => ({
      name: name.trim(),
      subject: {
        ...(group && { group: group === coreGroup ? '' : group }),
        ...(kind && { kind }),
        ...(object && { name: object }),
        ...(namespace && { namespace }),
      },
      patch: patch.map(toPatch),
    })),
  };
}

export function toRuleForm({ name, subject, patch }: Transform): RuleForm {
  return {
    name,
    group: subject.group === '' ? coreGroup : (subject.group ?? ''),
    kind: subject.kind ?? '',
    object: subject.name ?? '',
    namespace: subject.namespace ?? '',
    patch: patch.map(({ op, path, from = '', value }) => ({
      op,
      path,
      from,
      value: value === undefined ? '' : JSON.stringify(value),
    })),
  };
}

// Rules are told apart by their names: each needs one of its own.
export function nameTrouble(rules: RuleForm[], index: number): 'missing' | 'twice' | undefined {
  const name = rules[index]?.name.trim() ?? '';
  if (name === '') return 'missing';
  return rules.some((rule, other) => other !== index && rule.name.trim() === name) ? 'twice' : undefined;
}

export function isWhole(rules: RuleForm[]): boolean {
  return (
    rules.length > 0 &&
    rules.every(
      ({ patch }, index) =>
        nameTrouble(rules, index) === undefined &&
        patch.length > 0 &&
        patch.every((each) => isJson(each) && troubleOfOperation(toPatch(each)) === undefined),
    )
  );
}

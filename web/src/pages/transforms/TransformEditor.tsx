import { Button, Stack, TextInput } from '@mantine/core';
import { IconMapQuestion, IconPlus } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useItem, useItems, useKnown, useSubmit } from '../../api/hooks';
import { changeSpec, createObject } from '../../api/objects';
import type { TransformSet } from '../../api/types';
import { useHomeNamespace } from '../../app/session';
import { EmptyState } from '../../components/EmptyState';
import { FormFoot } from '../../components/FormFoot';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { freeName, isName } from '../../lib/names';
import { isWhole, nameTrouble, newRule, toRuleForm, toTransformSpec, type RuleForm } from '../../lib/transforms';
import { RuleFields } from './RuleFields';

// The number tells a rule's fields from those of another that moves into its place.
type Numbered = RuleForm & { id: number };
let lastId = 0;
const numbered = (rule: RuleForm): Numbered => ({ ...rule, id: (lastId += 1) });

function Form({ set }: { set?: TransformSet }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const chosenHome = useHomeNamespace();
  const home = set?.metadata.namespace ?? chosenHome;
  const [rules, setRules] = useState(() => (set?.spec.transforms.map(toRuleForm) ?? [newRule()]).map(numbered));
  const [typedName, setTypedName] = useState('');
  const { busy, trouble, run } = useSubmit();
  const taken = useItems('TransformSet')
    .filter(({ metadata }) => metadata.namespace === home)
    .map(({ metadata }) => metadata.name);
  const name = set?.metadata.name ?? (typedName || freeName(rules[0]?.name || 'transforms', taken));
  const change = (id: number, part: Partial<RuleForm>) =>
    setRules((previous) => previous.map((rule) => (rule.id === id ? { ...rule, ...part } : rule)));
  const up = (index: number) =>
    setRules((previous) => {
      const before = previous.slice(0, index - 1);
      return [...before, ...previous.slice(index - 1, index + 1).reverse(), ...previous.slice(index + 1)];
    });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const spec = toTransformSpec(rules);
    const done = await run(() =>
      set ? changeSpec('TransformSet', set, spec) : createObject('TransformSet', home, name, spec),
    );
    if (done) void navigate('/transforms');
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="lg">
        {rules.map((rule, index) => (
          <RuleFields
            key={rule.id}
            rule={rule}
            number={index + 1}
            nameTrouble={nameTrouble(rules, index)}
            onChange={(part) => change(rule.id, part)}
            onUp={index > 0 ? () => up(index) : undefined}
            onRemove={
              rules.length > 1 ? () => setRules((all) => all.filter(({ id }) => id !== rule.id)) : undefined
            }
          />
        ))}
        <div>
          <Button
            variant="light"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => setRules((previous) => [...previous, numbered(newRule())])}
            disabled={rules.length >= 64}
            data-testid="add-rule"
          >
            {t('transforms.addRule')}
          </Button>
        </div>
        <Panel>
          <Stack>
            {!set && (
              <TextInput
                label={t('common.name')}
                value={typedName}
                placeholder={name}
                onChange={(event) => setTypedName(event.currentTarget.value)}
                error={isName(name) ? undefined : t('nameError.bad')}
                data-testid="name"
              />
            )}
            <FormFoot
              back="/transforms"
              trouble={trouble}
              busy={busy}
              disabled={!isName(name) || !isWhole(rules)}
              label={t('common.save')}
            />
          </Stack>
        </Panel>
      </Stack>
    </form>
  );
}

export default function TransformEditor() {
  const { t } = useTranslation();
  const { namespace, name } = useParams();
  const set = useItem('TransformSet', namespace, name);
  const known = useKnown('TransformSet');
  const title = name ?? t('transforms.add');
  return (
    <Page
      title={title}
      subtitle={t('transforms.editorSubtitle')}
      back={{ to: '/transforms', label: t('nav.transforms') }}
      narrow
    >
      {name && !set ? (
        <Panel>
          {known ? (
            <EmptyState Icon={IconMapQuestion} title={t('transforms.gone')} text={t('transforms.goneText')} />
          ) : (
            <Loading />
          )}
        </Panel>
      ) : (
        <Form key={title} set={set} />
      )}
    </Page>
  );
}

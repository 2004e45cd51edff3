import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan, PlanAction } from '../../api/types';
import { useServerWords } from '../../app/server_texts';

const order: PlanAction[] = ['blocked', 'conflict', 'update', 'create', 'skip', 'unchanged'];
const shownAtFirst = 12;

// Object by object, what matters most first.
export function PlanObjects({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const { say } = useServerWords();
  const [all, setAll] = useState(false);
  const objects = [...(plan.objects ?? [])].sort((a, b) => order.indexOf(a.action) - order.indexOf(b.action));
  if (objects.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {t('plan.objects')}
      </Text>
      <ul className="objects" data-testid="plan-objects">
        {(all ? objects : objects.slice(0, shownAtFirst)).map(({ object, action, reason, fix, changes }) => (
          <li key={object} className="object">
            <span className={`count count-${action}`}>{t(`plan.verb.${action}`)}</span>
            <div className="line-text">
              <Text size="sm" className="wrap">
                {object}
              </Text>
              {reason && (
                <Text size="xs" c="dimmed" className="wrap">
                  {[reason, fix].flatMap((text) => (text ? [say(text)] : [])).join(t('plan.joint'))}
                </Text>
              )}
              {changes?.map((change) => (
                <Text key={change} size="xs" className="mono wrap">
                  {change}
                </Text>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {objects.length > shownAtFirst && !all && (
        <Button variant="subtle" size="xs" mt="xs" onClick={() => setAll(true)}>
          {t('plan.showAll', { count: objects.length })}
        </Button>
      )}
      {all && plan.objectsLeftOut ? (
        <Text size="xs" c="dimmed" mt="xs">
          {t('plan.leftOut', { count: plan.objectsLeftOut })}
        </Text>
      ) : null}
    </div>
  );
}

import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useServerWords } from '../../app/server_texts';
import { Panel } from '../../components/Page';

// What is worth knowing although it succeeded.
export function Warnings({ warnings }: { warnings: string[] }) {
  const { t } = useTranslation();
  const { say } = useServerWords();
  if (warnings.length === 0) return null;
  return (
    <Panel title={t('action.warnings')} testid="warnings">
      <ul className="plain">
        {warnings.map((warning) => (
          <li key={warning}>
            <Text size="sm" className="wrap">
              {say(warning)}
            </Text>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

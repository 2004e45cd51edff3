import { Text } from '@mantine/core';
import { IconServer2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useItems, useKnown } from '../../api/hooks';
import { ButtonLink } from '../../components/ButtonLink';
import { EmptyState } from '../../components/EmptyState';
import { Loading } from '../../components/Loading';
import { Panel } from '../../components/Page';
import { ReadyStatus } from '../../components/Status';

export function LocationHealth() {
  const { t } = useTranslation();
  const locations = useItems('Location');
  const known = useKnown('Location');
  return (
    <Panel flush title={t('nav.locations')} testid="location-health">
      {!known && <Loading rows={2} />}
      {known && locations.length === 0 && (
        <EmptyState Icon={IconServer2} title={t('locations.none')} text={t('locations.noneText')}>
          <ButtonLink to="/locations/new" variant="light" testid="add-location">
            {t('locations.add')}
          </ButtonLink>
        </EmptyState>
      )}
      {locations.length > 0 && (
        <ul className="lines">
          {locations.map(({ metadata, status }) => (
            <li key={`${metadata.namespace}/${metadata.name}`} className="line">
              <div className="line-text">
                <Link className="list-link" to={`/locations/${metadata.namespace}/${metadata.name}`}>
                  {metadata.name}
                </Link>
                <Text size="sm" c="dimmed" className="wrap">
                  {status?.address}
                </Text>
              </div>
              <ReadyStatus conditions={status?.conditions} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

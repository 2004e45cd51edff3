import { IconMapQuestion } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '../components/ButtonLink';
import { EmptyState } from '../components/EmptyState';
import { Page, Panel } from '../components/Page';

export default function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('notFound.title')}>
      <Panel>
        <EmptyState Icon={IconMapQuestion} title={t('notFound.title')} text={t('notFound.text')}>
          <ButtonLink to="/">{t('nav.overview')}</ButtonLink>
        </EmptyState>
      </Panel>
    </Page>
  );
}

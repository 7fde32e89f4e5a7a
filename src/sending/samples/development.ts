import type { Samples } from './types.ts'

export const development: Samples = {
  assemblyai: { json: { transcript_id: '{uuid}', status: 'completed' } },
  bitbucket: {
    headers: {
      'x-event-key': 'repo:push',
      'x-request-uuid': '{uuid}',
      'x-hook-uuid': 'a1b2c3d4-0000-4000-8000-000000000001',
      'x-attempt-number': '1',
    },
    json: {
      push: {
        changes: [
          {
            new: {
              type: 'branch',
              name: 'main',
              target: {
                type: 'commit',
                hash: '709d658dc5b6d6afcd46049c2f332ee3f515a67d',
                message: 'new commit message\n',
                date: '{iso}',
              },
            },
            created: false,
            forced: false,
            closed: false,
          },
        ],
      },
      repository: { type: 'repository', name: 'repo_name', full_name: 'workspace_name/repo_name' },
      actor: { type: 'user', nickname: 'emmap1' },
    },
  },
  buildkite: {
    headers: { 'x-buildkite-event': 'build.finished' },
    json: {
      event: 'build.finished',
      build: {
        id: '{uuid}',
        number: 42,
        state: 'passed',
        branch: 'main',
        commit: 'a65572555600c07c7ee79a2bd909220e1ca5485b',
        message: 'Fix the build',
      },
      pipeline: { slug: 'my-pipeline' },
      sender: { name: 'Ada Lovelace' },
    },
  },
  circleci: {
    headers: { 'circleci-event-type': 'workflow-completed' },
    json: {
      type: 'workflow-completed',
      id: '{uuid}',
      happened_at: '{iso}',
      webhook: { id: 'cf8c4fdd-0587-4da1-b4ca-4846e9640af9', name: 'Sample Webhook' },
      project: {
        id: '84996744-a854-4f5e-aea3-04e2851dc1d2',
        name: 'webhook-service',
        slug: 'github/circleci/webhook-service',
      },
      workflow: {
        id: 'fda08377-fe7e-46b1-8992-3a7aaecac9c3',
        name: 'build-test-deploy',
        status: 'success',
        created_at: '{iso}',
        stopped_at: '{iso}',
      },
    },
  },
  dockerhub: {
    json: {
      callback_url: 'https://registry.hub.docker.com/u/example/testhook/hook/{hex:32}/',
      push_data: { pushed_at: '{seconds}', pusher: 'ada', tag: 'latest' },
      repository: {
        name: 'testhook',
        namespace: 'example',
        owner: 'example',
        repo_name: 'example/testhook',
        repo_url: 'https://registry.hub.docker.com/v2/repositories/example/testhook/',
        status: 'Active',
      },
    },
  },
  doppler: {
    json: { type: 'config.secrets.update', config: { name: 'prd' }, project: { name: 'p' }, diff: { added: ['A'] } },
  },
  elevenlabs: {
    json: {
      type: 'post_call_transcription',
      event_timestamp: '{seconds}',
      data: { agent_id: 'xyz', conversation_id: 'conv_{alnum:20}', status: 'done' },
    },
  },
  fal: {
    headers: { 'x-fal-webhook-user-id': 'user_1' },
    json: {
      request_id: '024ca5b1-45d3-4afd-883e-ad3abe2a1c4d',
      gateway_request_id: '024ca5b1-45d3-4afd-883e-ad3abe2a1c4d',
      status: 'OK',
      payload: { images: [] },
    },
  },
  gitea: {
    headers: { 'x-gitea-event': 'push', 'x-gitea-event-type': 'push', 'x-gitea-delivery': '{uuid}' },
    json: {
      ref: 'refs/heads/main',
      before: '28e1879d029cb852e4844d9c718537df08844e03',
      after: 'bffeb74224043ba2feb48d137756c8a9331c449a',
      commits: [{ id: 'bffeb74224043ba2feb48d137756c8a9331c449a', message: 'Webhooks yay!', timestamp: '{iso}' }],
      repository: { id: 140, name: 'webhooks', full_name: 'gitea/webhooks', default_branch: 'main' },
      pusher: { id: 1, login: 'gitea' },
    },
  },
  github: {
    headers: {
      'x-github-event': 'push',
      'x-github-delivery': '{uuid}',
      'x-github-hook-id': '292430182',
      'user-agent': 'GitHub-Hookshot/044aadd',
    },
    json: {
      ref: 'refs/heads/main',
      before: '6113728f27ae82c7b1a177c8d03f9e96e0adf246',
      after: '{hex:40}',
      repository: {
        id: 186853002,
        name: 'hello-world',
        full_name: 'octocat/hello-world',
        private: false,
        default_branch: 'main',
        owner: { login: 'octocat', id: 1 },
      },
      pusher: { name: 'octocat', email: 'octocat@example.com' },
      sender: { login: 'octocat', id: 1, type: 'User' },
      created: false,
      deleted: false,
      forced: false,
      commits: [
        {
          id: '0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c',
          message: 'Update README.md',
          timestamp: '{iso}',
          author: { name: 'Octo Cat', email: 'octocat@example.com' },
          added: [],
          removed: [],
          modified: ['README.md'],
        },
      ],
    },
  },
  gitlab: {
    headers: {
      'x-gitlab-event': 'Push Hook',
      'x-gitlab-instance': 'https://gitlab.example.com',
      'x-gitlab-event-uuid': '{uuid}',
      'idempotency-key': '{uuid}',
    },
    json: {
      object_kind: 'push',
      event_name: 'push',
      before: '95790bf891e76fee5e1747ab589903a6a1f80f22',
      after: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7',
      ref: 'refs/heads/main',
      checkout_sha: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7',
      user_name: 'Ada Lovelace',
      user_username: 'ada',
      project_id: 15,
      project: { id: 15, name: 'Diaspora', path_with_namespace: 'mike/diaspora', default_branch: 'main' },
      commits: [{ id: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7', message: 'fixed readme', timestamp: '{iso}' }],
      total_commits_count: 1,
    },
  },
  heroku: { json: { id: '{uuid}', action: 'update', resource: 'release', data: {} } },
  launchdarkly: { json: { _id: '{hex:12}', kind: 'flag', date: '{ms}', name: 'f' } },
  netlify: {
    headers: { 'x-netlify-event': 'deploy_created' },
    json: { id: '5ebc34bf4fea0b01f02efa3a', state: 'ready', name: 'www' },
  },
  npm: {
    json: {
      event: 'package:publish',
      name: 'lodash',
      type: 'package',
      version: '1.0.0',
      hookOwner: { username: 'soldair' },
      payload: {},
      change: { version: '1.0.0' },
      time: '{ms}',
    },
  },
  openai: {
    json: {
      id: 'evt_{hex:32}',
      object: 'event',
      created_at: '{seconds}',
      type: 'response.completed',
      data: { id: 'resp_67ccd2bed1ec8190b14f964abc054267' },
    },
  },
  railway: {
    json: {
      type: 'DEPLOY',
      status: 'SUCCESS',
      timestamp: '{iso}',
      project: { id: '{uuid}', name: 'my-project' },
      environment: { id: '7ba2ae09-4e0a-4c4a-9d64-8f4e9a1a3c55', name: 'production' },
      deployment: { id: '{uuid}' },
    },
  },
  render: { json: { type: 'deploy_ended', timestamp: '{iso}', data: { id: 'evj-1', serviceId: 'srv-1' } } },
  replicate: { json: { id: 'ufawqhfynnddngldkgtslldrkq', status: 'succeeded', output: ['x'] } },
  snyk: {
    headers: { 'x-snyk-event': 'project_snapshot/v0', 'x-snyk-transport-id': '{hex:12}' },
    json: { project: { id: 'p' }, org: { id: 'o' }, newIssues: [] },
  },
  sonarcloud: {
    json: {
      serverUrl: 'https://sonarcloud.io',
      taskId: 'AVh21JS2JepAEhwQ-{alnum:12}',
      status: 'SUCCESS',
      project: { key: 'p' },
      qualityGate: { status: 'OK' },
    },
  },
  'terraform-cloud': {
    json: {
      payload_version: 1,
      notification_configuration_id: 'nc-AeUQ2zfKZzW9TiGZ',
      run_id: 'run-FwnENkvDnrpyFC7M',
      notifications: [{ message: 'Run Canceled', trigger: 'run:errored', run_status: 'canceled' }],
    },
  },
  travis: {
    headers: { 'travis-repo-slug': 'octocat/hello-world' },
    form: {
      payload: {
        id: '{number:7}',
        number: '42',
        status: 0,
        status_message: 'Passed',
        state: 'passed',
        branch: 'main',
        commit: '62aae5f70ceee39123ef',
        message: 'the commit message',
        finished_at: '{iso}',
        repository: { id: 1771959, name: 'hello-world', owner_name: 'octocat' },
      },
    },
  },
  vercel: {
    json: {
      id: 'uev_{alnum:16}',
      type: 'deployment.succeeded',
      createdAt: '{ms}',
      region: 'sfo1',
      payload: {
        deployment: { id: 'dpl_3i2NVc1t7Q', name: 'my-app', url: 'my-app.vercel.app' },
        project: { id: 'prj_12HKQaOmR5t5' },
        target: 'production',
      },
    },
  },
}

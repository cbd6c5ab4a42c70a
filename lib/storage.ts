/** What is kept: the table of findings and the bucket of reports. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './nag.ts';
import type { Settings } from './settings.ts';

/** The sparse index of subjects by worst open severity, for people's queries. */
export const SEVERITY_INDEX = 'BySeverity';

export class Storage extends Construct {
  readonly table: Table;
  readonly reportBucket: Bucket;

  constructor(scope: Construct, id: string, props: { settings: Settings }) {
    super(scope, id);
    this.table = this.makeTable();
    this.reportBucket = this.makeReportBucket(props.settings.thresholds.retentionDays);
  }

  private makeTable(): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      // One burst a week: provisioned capacity would be paid for six idle days.
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    table.addGlobalSecondaryIndex({
      indexName: SEVERITY_INDEX,
      partitionKey: { name: 'gsiPk', type: AttributeType.STRING },
      sortKey: { name: 'gsiSk', type: AttributeType.STRING },
      // Keys and counts are enough to find a subject; its findings are read from the table.
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['counts'],
    });
    return table;
  }

  private makeReportBucket(retentionDays: number): Bucket {
    const bucket = new Bucket(this, 'Reports', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'reports-expire-with-their-scans',
          expiration: Duration.days(retentionDays),
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'One writer and a handful of readers a week: CloudTrail data events tell who read a report, and server access logs would need a second bucket to keep and guard.',
    });
    return bucket;
  }
}

# SPDX-License-Identifier: Apache-2.0
"""Objects a second by boto3, one after another: uploads_boto3.py ENDPOINT COUNT BYTES."""

import os
import sys
import time

import boto3

endpoint, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
client = boto3.client(
    "s3",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="testing-secret",
)
body = os.urandom(size)
prefix = os.urandom(8).hex()
began = time.monotonic()
for i in range(count):
    client.put_object(Bucket="matches", Key=f"{prefix}/{i}", Body=body)
print(count / (time.monotonic() - began))

#!/usr/bin/env bash
# A Spark cluster on this machine: a master, workers and the thrift server that dbt talks to.
#   spark/cluster.sh up [workers] [memory of each]     spark/cluster.sh down
# Its tables, logs and process ids lie in warehouse/spark (FOOTFALL_SPARK_HOME).
set -euo pipefail
cd "$(dirname "$0")/.."

home=${FOOTFALL_SPARK_HOME:-$PWD/warehouse/spark}
port=${FOOTFALL_SPARK_PORT:-10000}
master_port=${FOOTFALL_SPARK_MASTER_PORT:-7077}
SPARK_HOME=$(.venv/bin/python -c 'import pathlib, pyspark; print(pathlib.Path(pyspark.__file__).parent)')
export SPARK_HOME SPARK_CONF_DIR=$PWD/spark/conf
export SPARK_PID_DIR=$home/pids SPARK_LOG_DIR=$home/logs
export SPARK_LOCAL_IP=127.0.0.1 SPARK_IDENT_STRING=footfall
daemon=$SPARK_HOME/sbin/spark-daemon.sh
package=org.apache.spark

is_listening() { (: < "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# a server counts as started when its port answers
wait_for() {
    for _ in $(seq 300); do
        is_listening "$1" && return
        sleep 1
    done
    echo "Footfall: $2 does not answer on port $1; its log is in $SPARK_LOG_DIR." >&2
    exit 1
}

up() {
    local workers=${1:-2} memory=${2:-2g}
    if ! command -v java > /dev/null; then
        echo "Footfall: Spark needs Java 17 or newer: there is no 'java' on the PATH." >&2
        exit 1
    fi
    if is_listening "$port"; then
        echo "Footfall: port $port is in use; spark/cluster.sh down, or set FOOTFALL_SPARK_PORT." >&2
        exit 1
    fi
    mkdir -p "$home"
    # of the processes that only manage; what works has the executors' memory
    export SPARK_DAEMON_MEMORY=256m
    bash "$daemon" start $package.deploy.master.Master 1 \
        --host 127.0.0.1 --port "$master_port" --webui-port 0
    wait_for "$master_port" "the master"
    for number in $(seq "$workers"); do
        bash "$daemon" start $package.deploy.worker.Worker "$number" --webui-port 0 \
            --cores 1 --memory "$memory" --work-dir "$home/work" "spark://127.0.0.1:$master_port"
    done
    # the driver only plans, much and each plan once: it is compiled lightly
    SPARK_DAEMON_MEMORY=1500m bash "$daemon" submit $package.sql.hive.thriftserver.HiveThriftServer2 1 \
        --name footfall --master "spark://127.0.0.1:$master_port" \
        --conf "spark.executor.memory=$memory" \
        --conf "spark.sql.warehouse.dir=$home/tables" \
        --conf "spark.hadoop.javax.jdo.option.ConnectionURL=jdbc:derby:;databaseName=$home/metastore;create=true" \
        --conf "spark.driver.extraJavaOptions=-Dderby.stream.error.file=$home/logs/derby.log -XX:TieredStopAtLevel=1" \
        --hiveconf "hive.server2.thrift.port=$port" --hiveconf hive.server2.thrift.bind.host=127.0.0.1
    wait_for "$port" "the thrift server"
}

down() {
    # the last started first; what does not run is no error
    for process in $(ls -t "$SPARK_PID_DIR"/*.pid 2> /dev/null); do
        name=${process##*footfall-}
        name=${name%.pid}
        pid=$(cat "$process")
        bash "$daemon" stop "${name%-*}" "${name##*-}"
        for _ in $(seq 60); do
            kill -0 "$pid" 2> /dev/null || break
            sleep 1
        done
    done
}

case ${1:-} in
    up) up "${@:2}" ;;
    down) down ;;
    *) sed -n '2,4s/^# //p' "$0"; exit 2 ;;
esac

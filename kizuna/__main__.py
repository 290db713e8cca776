from kizuna.server.command import main

if __name__ == "__main__":
    main()
